"""Devices: ``certfleet device``."""
