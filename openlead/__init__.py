"""Open Lead: from leaderboard snapshots to a report that tests its own claims."""

__version__ = "0.1.0"  # of the program that worked a number out; numbers.csv names it
