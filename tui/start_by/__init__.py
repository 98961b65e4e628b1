"""The last days to start, and the change freezes that move them."""
