"""The inventory: the list, the details of a certificate, and its actions."""
