"""Kashima ID as programs and people meet it: the provider's endpoints, and the pages to sign in, agree and look after
one's own data. What may happen is decided in `identity`; here it only gets an address.
"""
