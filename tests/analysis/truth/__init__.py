"""Backtests against what is known to be true: real recordings read anew, and a simulator's law."""
