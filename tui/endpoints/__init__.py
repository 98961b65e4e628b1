"""The endpoints in the console: their list, adding, checking and importing."""
