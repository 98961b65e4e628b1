"""The simulated push certificates portal, and the vendor-signed requests for it."""
