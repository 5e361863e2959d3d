"""Documents at work: who labels what, the log of edits, submission, delivery."""
