"""What a simulated device does next, how it answers, and what keeps it from succeeding: functions of its record."""
