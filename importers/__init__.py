"""One-off importers: raw files of other people's boards → the ledger. No statistics here."""
