"""`python -m cli`: the same as `odds`."""

from cli.main import main

# a process of a backtest's own imports this again
if __name__ == "__main__":
    main()
