"""Paper cards: for residents without a phone, a printed code that finds their wallet.

The value stays in the wallet: a lost card is replaced at the counter and nothing moves. Below its limits a card pays
without the PIN, so a photograph of it pays as well, up to the day's limit and until it is frozen; above them it needs
the PIN, and three wrong ones freeze it. A shop learns the end of the serial and nothing about the holder.
"""
