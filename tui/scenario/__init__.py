"""Scenarios in the console: the strip, objectives and hints, the debrief, starting one; and watching a class."""
