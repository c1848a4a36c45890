"""The history of the schema: numbered steps of plain SQL, run by Alembic."""
