"""The inventory's rules and use cases."""
