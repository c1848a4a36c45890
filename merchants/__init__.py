"""Shops as the city knows them: merchants, their stores, their posters, and the wallets they may not be paid from.

A merchant is the legal payee, applies, is approved and may be suspended; every change of its status is history that
says who made it and why. Stores are where people pay. Nothing here knows an amount of money.
"""
