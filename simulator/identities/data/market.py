"""How a company's fleet is made up, and how fast versions spread. Rough figures, for likeness."""

# Devices of each platform, of a hundred.
PLATFORMS = {"ios": 50, "android": 30, "windows": 15, "macos": 5}

# After how many months half of the devices have left a version for a newer one.
HALF_LIFE = {"ios": 2.5, "macos": 3.0, "android": 7.0, "windows": 2.0}
