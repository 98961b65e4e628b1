"""The follow-ups: what somebody has to do elsewhere."""
