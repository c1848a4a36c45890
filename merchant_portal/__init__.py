"""The shops' face: a JSON API under /api/v1/shop and the pages of the till."""
