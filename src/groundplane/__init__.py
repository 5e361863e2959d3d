"""Groundplane: open, self-hosted labeling of LiDAR, radar and camera scenes."""
