"""What can happen to people, shop users, staff and their sign-in codes: one operation per file."""
