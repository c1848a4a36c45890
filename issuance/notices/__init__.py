"""What residents are told: reminders of expiry and of payment, results of a draw, offers from the waiting list.

A notice knows a wallet and never a name. It is made once for its subject and day, however often and by however many
workers, and stands in the web inbox. Whoever chose another door is written to there, at least once and under one key;
what that door cannot deliver is an unread notice in the inbox.
"""
