"""Selling premium vouchers, from the idea of a campaign to the lot in a wallet.

A person has one application per round, with a signed receipt. A closed list is never changed; a draw follows from
published files alone. Live purchases of a grant never hold more units than were granted, whoever buys at the same
moment. A voucher exists only once its money is certain, exactly once, and money that buys nothing is recorded as to
be given back.
"""
