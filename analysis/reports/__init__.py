"""Pages that show what a backtest did: one file each, readable without a network."""
