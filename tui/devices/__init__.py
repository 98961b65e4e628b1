"""The fleet: the list, the details of a device, and the security actions."""
