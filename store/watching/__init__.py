"""Watching endpoints: checking them on a schedule, by one process at a time."""
