"""Moments of a simulated workspace: going back to one, branching off, and comparing two."""
