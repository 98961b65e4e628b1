"""Consistency checks of a workspace: structure, references, certificates, devices, secrets, and the audit trail."""
