"""CA groups: creating them, and issuing from them."""
