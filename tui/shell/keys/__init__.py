"""The keys by their names, those that people choose, the key bar, and hints that name keys."""
