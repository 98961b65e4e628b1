"""Tables: models, OS versions, and blocks of numbers. No code."""
