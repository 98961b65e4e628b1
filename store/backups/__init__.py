"""Backups of a workspace: made by hand and by itself, and restored."""
