"""Every SQL statement of the books: `posting` writes journals, `reading` answers questions, `totals` sums up."""
