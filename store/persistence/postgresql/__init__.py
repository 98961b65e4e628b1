"""Workspaces on many machines: the engine over PostgreSQL, reached through psycopg, an extra."""
