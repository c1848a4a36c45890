"""Paying the shops: closings, statements, payouts and their bank files.

A closing takes every movement of what shops are owed up to a cut-off day that no closing took before, and each movement
is in exactly one closing or in none yet. What it pays leaves in payouts, one bank file each; the sum of a file, of what
its journal put in flight and of the movements it pays is the same to the yen. What cannot be paid now is carried over
and listed with its reason. Nothing written here ever changes: a transfer that the bank gave back is paid anew by a
payout that points at it.
"""
