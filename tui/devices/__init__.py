"""The fleet: its list, the details of a device, and the security actions."""
