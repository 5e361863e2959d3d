"""Customers hear of their tasks: one delivery per event, tried until it is received."""
