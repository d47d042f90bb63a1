"""Benchmarks: each prints one table. Run one by `python -m benchmarks.NAME`, or all by `make quality benchmarks`."""
