"""Tasks: what a customer creates, its life, and what each task type makes of it."""
