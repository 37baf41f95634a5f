"""Speed and size against floors, in one run; `python -m benchmarks --help`."""
