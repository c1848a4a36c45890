"""The ceremony of a draw, from the rule sheet to the last notice: what is published before applications open and every
day after, which steps two different people take, how a list is disputed and corrected, where the public random value
comes from, and whether everything that follows from a draw agrees with it.

No step is taken by one person, none after its time by the database's clock, and what was published stays published.
What identity knows (who died, who moved away, districts and ages) is passed in as plain values.
"""
