"""`python -m kashiman` is `kashiman`."""

from kashiman.cli import app

app()
