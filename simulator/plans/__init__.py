"""Plans: dated actions on a workspace, read from TOML files and carried out by its use cases."""
