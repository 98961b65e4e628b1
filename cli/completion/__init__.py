"""Completion in shells: what can stand where the cursor is."""
