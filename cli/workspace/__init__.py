"""The workspace as a whole: ``certfleet workspace``."""
