"""A workspace's use cases, each imported and made when it is first used."""
