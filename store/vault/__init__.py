"""The vault: private keys, passwords and other secrets, encrypted at rest; key files, and passphrases."""
