"""The bulk device certificates: their list, importing and deleting them."""
