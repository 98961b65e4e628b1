"""The command line. Each command is a small module that is imported when it is called, and calls the workspace."""
