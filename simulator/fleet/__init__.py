"""Generating a fleet in a workspace."""
