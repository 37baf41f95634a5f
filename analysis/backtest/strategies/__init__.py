"""The strategies that come with the warehouse, one a file."""
