"""The customers' own buckets: the keys by which s3:// and gs:// addresses are read."""
