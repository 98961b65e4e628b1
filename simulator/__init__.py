"""The simulator: a fleet that lives on a virtual clock, and an invented company. Imports the store and no front end."""
