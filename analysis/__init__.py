"""Reads marts; the maths of odds, backtests and reports."""
