"""A server that speaks LINE Login and LINE's Messaging API as far as this system uses them.

It refuses what LINE refuses. The paths under `/_double/` play the parts of people and of the network: somebody opens a
LIFF app, becomes a friend or writes a message; a notice comes twice or is forged; the month's messages are used up.
"""
