"""The bulk device certificates: list, import and deletion."""
