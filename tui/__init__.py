"""The console: Textual screens over one open workspace. It contains no rules; every change is a call of the store."""
