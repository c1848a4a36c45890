"""What the payment provider pays out to the city, keeps as fees, and takes back when a payer's bank asks for it.

Every payout is booked once and to the yen, by what the provider says it is made of, or it stands as an open case. A
disputed purchase is out of its wallet as long as the bank has not decided: taken back when nothing of it was touched,
otherwise held as far as it is unspent. What was spent and is lost stays an open case with its exact amounts.
"""
