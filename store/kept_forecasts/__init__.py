"""Forecasts that somebody kept, and what is known of their time since beside what they said."""
