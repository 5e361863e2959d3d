"""Where things are kept: PostgreSQL (ours or yours), blobs, and the instance's secret."""
