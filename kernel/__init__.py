"""The ground everything stands on: yen, clock, ids, refusals, database, group commit, HTTP. No word of the domain."""
