"""Scenes: what was recorded, read from customers' files, packed for the browser.

Nothing here touches the network, the database or the clock: bytes in, values and bytes out.
Importing `model`, `pack` and `ingest` loads no compiler; the numba scanner is imported by the first
frame that is read, which happens in a child process of a worker.
"""
