"""The provider's signed tokens and proofs as text: written, and read by one policy.

What a token may be signed with, how its header calls it and how long it may be stands in `policy`, per kind of token;
a token's own header chooses nothing. Everything here is pure apart from cryptography: the caller gives the time, and
keeps what must not be seen twice.
"""
