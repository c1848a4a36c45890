"""How an extract of the roll is read and what it changes, as pure functions."""
