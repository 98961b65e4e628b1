"""Shared parts of all commands: start and exit, the workspace, options, answers and printing."""
