"""Device certificates in bulk: archives of PKCS #12 files named after devices."""
