"""Notices: an inbox, and delivery by mail and webhook, without repeating any."""
