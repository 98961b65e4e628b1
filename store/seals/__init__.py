"""Seals of the audit trail: with a key of the vault, so that who can only write the files can't make one."""
