"""Serial numbers: one module per maker, each with the form and the source of the rule."""
