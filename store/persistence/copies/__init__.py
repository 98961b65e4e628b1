"""Engines of copies that one process uses, for trials and forecasts: in memory, or over the rows of another engine."""
