"""Decisions about access as pure functions: reasons, who may read what, facts of events, the chain, deletions."""
