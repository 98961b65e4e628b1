"""TinyDB tables, the engine that makes them durable, and the feed of changes."""
