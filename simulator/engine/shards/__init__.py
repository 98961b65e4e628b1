"""Devices of a forecast, looked at and played in other processes."""
