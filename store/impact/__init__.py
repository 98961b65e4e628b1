"""Components, consequences, tasks, trust and the push channel."""
