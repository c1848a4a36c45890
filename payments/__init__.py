"""Paying at a shop: with the shop's code or the resident's own, and taking a payment back.

A request is answered once and for ever under its key. A resident's code works for one attempt, successful or not.
"""
