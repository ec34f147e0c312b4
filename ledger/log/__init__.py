"""The log: the one truth, append-only, and the only way in; the shell around the pure core."""
