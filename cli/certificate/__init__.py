"""The certificate inventory: ``certfleet certificate``."""
