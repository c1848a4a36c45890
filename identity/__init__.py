"""Who people, shop users and staff are, and how they prove it.

A person has one wallet id; the books know that id and nothing else, and only this package says whose it is. People sign
in with a code from a postcard, of which only a keyed digest is kept, and get a signed token that lives for minutes.
Nothing here knows an amount of money.
"""
