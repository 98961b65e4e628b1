"""The notices: the inbox, and delivery by mail and webhook."""
