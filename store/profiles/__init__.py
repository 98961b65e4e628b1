"""Provisioning profiles, which iOS apps need to be signed and run."""
