"""The decisions of the books as pure functions: facts in, journals or refusals out."""
