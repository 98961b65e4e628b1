"""The simulator: an invented company and its certificates. It stands on the store and knows no screen."""
