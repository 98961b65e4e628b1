"""Workspaces on one machine: the engine over a file of SQLite."""
