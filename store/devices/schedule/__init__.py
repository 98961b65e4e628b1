"""When a simulated device connects: its own check-ins, computed for any time; free days, and long absences."""
