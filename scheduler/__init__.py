"""Runs what the warehouse needs done: dbt in a warm process."""
