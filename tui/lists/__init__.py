"""Lists: their tables, pages, filters, columns and panes, whatever the records are."""
