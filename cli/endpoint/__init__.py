"""What servers serve: ``certfleet endpoint``."""
