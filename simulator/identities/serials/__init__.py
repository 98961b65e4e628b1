"""Serial numbers: one module a maker, each with the form and where the rule is known from."""
