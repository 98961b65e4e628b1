"""The settings of the site: ``certfleet site``."""
