"""Accounts: the people who sign in, the keys that programs use, the secret of callbacks."""
