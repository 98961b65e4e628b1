"""The command line. Each command is a small module that loads when it is called, and calls the workspace."""
