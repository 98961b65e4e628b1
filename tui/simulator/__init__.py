"""The simulator: its clock, its progress and its event log."""
