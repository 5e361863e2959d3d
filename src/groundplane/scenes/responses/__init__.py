"""Answers of Scale's lidar tasks, as files: from and to annotations of .sfa files."""
