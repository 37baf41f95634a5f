"""Pages for people; `python -m docs` writes those that are made from something else."""
