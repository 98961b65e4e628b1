"""Accounts, roles, logins and sessions."""
