"""What a campaign brought about: how far people came, what they say in surveys, and what was spent because of it.

Counts of people leave this room only when no group below five can be read or computed from them. Whoever answers a
survey does so freely and once; an answer knows no wallet, and its owner can take it back at any time. What was spent in
addition is estimated by a formula that fits on one line, with its interval and its weaknesses beside it, or it is said
that nothing can be said.
"""
