"""The first screen: what needs somebody, and what is about to."""
