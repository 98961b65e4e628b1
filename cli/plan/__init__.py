"""Plan files: ``certfleet plan``."""
