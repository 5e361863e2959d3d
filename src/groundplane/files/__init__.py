"""Files that were uploaded; tasks name them by their scaledata:// address (api.md 3.4)."""
