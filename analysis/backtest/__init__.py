"""Backtests: what a strategy would have bet, what it earned, and how much of that was luck."""
