"""The public's face: draws that anybody can check, with a verifier that computes in the visitor's own browser.

Nobody signs in here, nothing can be sent, and what a visitor asks about never reaches the server.
"""
