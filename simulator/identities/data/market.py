"""The make-up of a company's fleet, and how fast OS versions spread. Rough but realistic figures."""

# Percentage of devices by platform.
PLATFORMS = {"ios": 50, "android": 30, "windows": 15, "macos": 5}

# Months until half of the devices have moved to a newer version.
HALF_LIFE = {"ios": 2.5, "macos": 3.0, "android": 7.0, "windows": 2.0}
