"""Whether a workspace holds together: structure, references, certificates, devices, secrets, and the audit trail."""
