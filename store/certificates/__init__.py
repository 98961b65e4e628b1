"""Certificates: reading what people bring, building chains, and the inventory's rules."""
