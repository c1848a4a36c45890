"""Decisions of issuing as pure functions: facts in, a decision or a refusal out."""
