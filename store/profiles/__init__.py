"""Provisioning profiles: what an iOS app is signed and run by."""
