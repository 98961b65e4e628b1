"""Devices: enrollment, check-in, security actions, and when a simulated one connects."""
