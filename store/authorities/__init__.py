"""CA groups: making them, keeping them, and issuing from them."""
