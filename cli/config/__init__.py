"""A person's settings: ``certfleet config``."""
