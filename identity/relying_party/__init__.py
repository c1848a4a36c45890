"""How our own faces sign people in: each as an application of its own, by the same messages that any other one sends.

A browser gets a cookie and never a token (OAuth 2.0 for Browser-Based Applications, section 6.1, "backend for
frontend"): the face exchanges the code, looks at who came, and keeps a session that ends with the one at the provider.
"""
