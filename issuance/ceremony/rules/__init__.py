"""What decides in the ceremony of a draw."""
