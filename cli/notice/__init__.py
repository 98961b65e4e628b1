"""Notices, their delivery and drills: ``certfleet notice``."""
