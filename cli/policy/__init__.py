"""VPN policies and profiles: ``certfleet policy``."""
