"""Every SQL statement of access: `people` and what of them is read, `readings`, and the `events` with their chain."""
