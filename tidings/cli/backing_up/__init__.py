"""Backups: folders with all that nothing makes again, how they are made, verified, restored."""
