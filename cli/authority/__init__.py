"""CA groups: ``certfleet authority``."""
