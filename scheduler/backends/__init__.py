"""Where the collector runs: on a machine of its own, or called by a clock of somebody else."""
