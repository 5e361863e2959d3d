"""Rigid motions, lenses and boxes: numbers in, numbers out. web/src/geometry is its twin.

Right-handed; metres; radians; quaternions (w, x, y, z); points in rows. A transform is named for
what it does, target first, so that names cancel:

    world_from_camera = world_from_lidar @ lidar_from_camera
"""
