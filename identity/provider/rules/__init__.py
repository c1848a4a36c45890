"""Decisions of the provider as pure functions: facts in, decision or refusal out."""
