"""Readers of the file formats that customers send, one module each."""
