"""Benchmarks that anybody can run: `kashiman bench pay` and `kashiman bench ledger`."""
