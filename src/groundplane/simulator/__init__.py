"""Scenes of our own with exact truth, for the first ten minutes, for tests and for benchmarks."""
