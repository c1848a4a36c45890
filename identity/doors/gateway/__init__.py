"""Speaking to LINE and to the Digital Agency: who somebody is there, and what the city has to tell them.

Everything that comes back is checked here and nowhere else: the algorithm is the one that belongs to the client that
was started, issuers and audiences are compared exactly, and times with the clock that was given. What a provider
answers wrongly is a refusal, what it does not answer is an outage, and what it says of us (a wrong secret) surfaces as
a fault. Nothing is stored here; a state, a code or a LIFF token is used once because whoever calls sees to it.
"""
