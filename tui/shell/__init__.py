"""The console's own parts: the feed, repainting, errors, commands, themes, masthead, key bar, help, settings."""
