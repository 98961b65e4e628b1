"""X.509 certificates: reading files, facts, keys, signatures, chains."""
