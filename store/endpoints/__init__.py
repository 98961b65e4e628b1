"""Endpoints: what TLS servers really serve, compared with the inventory."""
