"""The palette (ctrl+p): screens, what the keys do, certificates and devices by any word."""
