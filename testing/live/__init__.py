"""Every good and bad chain on TLS end points, with revocation lists and an OCSP responder."""
