"""The terminal: what it sends and is sent, keys typed ahead, and how the console ends when it is gone."""
