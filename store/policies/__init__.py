"""Policies: what devices are told to be, and which certificate that takes."""
