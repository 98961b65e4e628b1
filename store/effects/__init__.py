"""The difference that a change makes: the change is tried, its effects are reported, and it is rolled back or kept."""
