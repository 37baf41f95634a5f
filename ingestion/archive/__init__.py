"""Copies raw rows to files that outlive the warehouse, and lands them again.

Backtests are left out: whoever has what they were made from can run them again, to the same ids.

An archive is a folder with a file for each table, UTC month and sport, and a list of them. It only
ever grows: a month of which the warehouse holds more is written again with the rows of both.
"""
