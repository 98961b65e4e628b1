"""The push certificates portal, simulated, and the requests that a vendor signs for it."""
