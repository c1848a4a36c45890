"""What people read: every refusal and outage in 日本語, English and やさしい日本語.

Each language is a package with one catalogue per part of the system, from code to sentence. A sentence says what
happened, whether money moved where that matters, and what to do next. `python -m kashiman.wording` writes the table
of all of them, docs/refusals.md.
"""
