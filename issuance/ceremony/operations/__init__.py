"""What may be done in the ceremony of a draw."""
