"""The console's shell: the feed, repainting, errors, commands, themes, masthead, key bar, help, settings."""
