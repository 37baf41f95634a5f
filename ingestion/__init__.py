"""The only code that talks to the network: client, credits, spool, landing, replay."""

import os

# dlt reads this as it is imported, and would tell its makers of every load
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
