"""The HTTP server: TLS, limits, the access log, and who is logged in."""
