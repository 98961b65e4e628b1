"""The event engine: what simulated devices do as the virtual clock moves; pacing, issuance, locking."""
