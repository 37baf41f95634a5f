"""The Odds API, version 4: what to ask, what it costs, and asking."""
