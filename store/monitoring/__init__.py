"""What a monitoring system is told: the findings and measures of a plugin, and metrics."""
