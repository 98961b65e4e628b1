"""Rehearsing a script: a branch of a workspace in memory is served to it, and at the end its difference is told."""
