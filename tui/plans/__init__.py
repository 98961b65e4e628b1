"""Plans in the console: those that were begun, and plan files."""
