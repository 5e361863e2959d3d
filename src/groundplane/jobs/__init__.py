"""Work done later: enqueued in the transaction that changes the state, run at least once."""
