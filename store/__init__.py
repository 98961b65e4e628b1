"""The certificate and device store: every rule, no screen. Imports no front end."""
