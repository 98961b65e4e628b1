"""Forecasts: a copy of a workspace is run ahead, by plans or none, and says what that leads to."""
