"""The residents' face: a JSON API under /api/v1 and the pages of the wallet."""
