"""The city's OpenID provider: who signed in how, for which application, and what it may therefore ask.

One session at the provider, many applications, each with a subject of its own for its purpose, so that two of them
cannot put together what they know. Whatever lets somebody in is kept as a digest; codes work once, refresh tokens
once each, and a second use ends all that came from them. Standards: OpenID Connect Core and Discovery 1.0, RFC 6749,
7009, 7523, 7636, 7662, 8414, 8628, 9068, 9126, 9207, 9449, 9470 and 9700.
"""
