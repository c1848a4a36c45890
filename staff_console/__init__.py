"""City hall's face: a JSON API under /api/v1/staff and the pages of the desks."""
