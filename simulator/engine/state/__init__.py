"""What a workspace keeps of its simulation: its start, the fleet's record, its samples, outages and load."""
