"""What stops if time goes on: ``certfleet forecast``."""
