"""The notices: the inbox, and delivery to mail and webhook."""
