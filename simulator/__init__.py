"""The simulator: a fleet that lives on a virtual clock, and an invented company. It stands on the store and knows no
screen."""
