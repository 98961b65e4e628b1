"""The follow-ups: manual work outside certfleet."""
