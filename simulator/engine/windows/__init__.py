"""Devices played through a window of time, and what that leads to."""
