"""The difference that a change makes: tried, told, and rolled back or kept."""
