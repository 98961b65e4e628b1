"""The simulated fleet: ``certfleet simulate``."""
