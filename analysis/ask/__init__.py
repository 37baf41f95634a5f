"""Questions in words: what a language model may ask of the warehouse, and a server it asks."""
