"""Expiry in two steps, with a way back.

A dry run lists the lots whose last day and grace days are over, with what each holds; a second person approves exactly
that list; the worker expires it in batches and stops at the first lot that holds something else. No lot expires before
its day has ended by the database's clock, none twice, and for thirty days two people can give back what a run took, to
the yen and by part.
"""
