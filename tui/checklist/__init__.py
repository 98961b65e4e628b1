"""The checklist: its list, the details of a row, and binding components."""
