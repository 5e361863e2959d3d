"""Batches: tasks of one project that are ordered, finished and told of together."""
