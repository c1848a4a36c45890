"""Every SQL statement of issuing: one module for each noun. Batches travel as array columns."""
