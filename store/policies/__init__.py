"""VPN policies: which devices get them, with which certificate, and the configuration profiles."""
