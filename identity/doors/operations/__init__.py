"""What can happen at a door: one operation per file.

What somebody at a door gets wrong is counted or uses up a challenge. Such an operation answers its refusal instead of
raising it, and the caller commits either way.
"""
