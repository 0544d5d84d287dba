"""Open Lead: from leaderboard snapshots to a report that tests its own claims."""
