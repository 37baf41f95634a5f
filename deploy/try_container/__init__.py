"""Builds the real image without a container engine, runs it, and sees whether it keeps its word."""
