"""Shared parts of the screens: the list page and its table, dialogs and forms, plots, and text styles."""
