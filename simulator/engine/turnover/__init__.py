"""How a fleet changes: devices that arrive, are replaced or handed on, and OS upgrades."""
