"""A second destination of the audit trail: a file that is only appended to, or syslog."""
