"""The policies: the list, the details, editing and deployment."""
