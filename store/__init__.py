"""The certificate and device store: every rule, no screen. It imports none of the faces."""
