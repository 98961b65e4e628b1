"""Dialogs: forms and their fields, files, questions, and what they show of a change before it is made."""
