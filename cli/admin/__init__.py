"""Accounts, logins, tokens and who comes by SSH: ``certfleet admin``."""
