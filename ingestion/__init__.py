"""The only code that talks to the network: client, credits, spool, landing, replay."""
