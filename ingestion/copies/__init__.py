"""Copies of the warehouse: one of its marts for readers, and one of all that cannot be made again.

Each is of one moment, and is there whole or not at all.
"""
