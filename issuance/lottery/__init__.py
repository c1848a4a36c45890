"""The public draw `kashiman-lottery-v1`: from a frozen list and a future public random value to every granted
unit, so that no official can choose winners and anybody can recompute the result. Everything here is pure:
bytes and facts in, bytes and facts or a refusal out. `draw.py` is the order of events, `verifier.py` is the
second implementation that is published with every draw and shares no code with the rest.
"""
