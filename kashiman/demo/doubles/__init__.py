"""What the doubles of sign-in providers share: a process of their own, a page to choose a person on, and codes.

A double stands in for a server that nobody here runs. It is reached over HTTP on loopback, holds everything in memory,
and refuses what the real one refuses.
"""
