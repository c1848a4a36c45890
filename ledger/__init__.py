"""The books: accounts, journals, transfers, lots and holds.

A transfer moves yen from one debit account to one credit account; a journal groups the transfers of one event and is
written whole or not at all. A lot is an account: value that entered a wallet at one time under one set of terms.
Callers send commands in batches to `operations/post_journals.py` and get an outcome for each. Nothing here knows a
person.
"""
