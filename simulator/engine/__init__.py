"""The event engine: what simulated devices do as the virtual clock moves, and how that is paced, issued and resumed."""
