"""Notices: telling people once of what they should know, here, by mail and by webhook."""
