"""What several screens share: the list page and its table, dialogs and forms, plots, and how things are written."""
