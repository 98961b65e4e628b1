"""Push certificates: ``certfleet apns``."""
