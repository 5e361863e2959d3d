"""Projects: a name that tasks of one type belong to."""
