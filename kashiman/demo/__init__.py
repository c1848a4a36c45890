"""The invented city: its people and shops, its payment provider, and half a year of its vouchers."""
