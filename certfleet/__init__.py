"""certfleet: the certificates of a device fleet, in a terminal."""

__version__ = "0.1.0"
