"""TinyDB tables, the engines that make them durable, and the feed of changes."""
