"""How long the provider keeps what is over (個人情報保護法, article 61: no longer than its purpose needs)."""

from datetime import timedelta

USED_ONCE_KEPT = timedelta(minutes=5)
"""Requests, proofs, revocations and questions of devices, after their time: longer than the clocks of two machines
differ, so that nothing can be used again at one of them that another has swept out."""

SIGN_INS_KEPT = timedelta(days=30)
"""Sign-ins with their proofs and grants, and news of their end, after they are over: long enough to look into a theft.

A grant's codes and refresh tokens go with it and not before. Until then a second use of one is recognised, and ends the
family; afterwards there is nothing left that it could end.
"""
