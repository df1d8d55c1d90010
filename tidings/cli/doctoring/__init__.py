"""What ``tidings doctor`` looks at, and how it mends: checks, refilling, what can be saved."""
