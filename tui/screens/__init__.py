"""One file a screen or dialog; each owns its keys and actions."""
