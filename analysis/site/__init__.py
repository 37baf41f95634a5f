"""The static site: what the marts say, as pages that need no server."""
