"""A server that speaks as the Digital Agency's OpenID provider does to the clients of マイナアプリ.

It refuses what the agency refuses. A page with invented people stands in for the card and the PIN, as the agency's own
sandbox has one (テストカード代替機能). How birth dates, sexes and addresses are written is not confirmed, so each way
can be chosen. The paths under `/_double/` are its controls.
"""
