"""A server that speaks Stripe's API as far as this system uses it, and refuses what Stripe refuses.

It is a process of its own, holds everything in memory, and is reached by the real SDK over HTTP.
The paths under `/_double/` play the parts of people and of time: a customer pays, a slip expires, a notice
comes twice.
"""
