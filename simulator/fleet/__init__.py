"""Drawing a fleet into a workspace."""
