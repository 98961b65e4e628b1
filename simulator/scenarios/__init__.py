"""Scenarios: a workspace with events, objectives and points, in which somebody learns what to do."""
