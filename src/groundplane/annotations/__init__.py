"""What people say about a scene: one model for every task type. Pure: no database, no HTTP."""
