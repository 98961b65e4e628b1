"""The inventory: its list, the details of a certificate, and what can be done with it."""
