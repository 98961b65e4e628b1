"""Forecasts, and what is known since of one that was kept: documents, words, files, a page."""
