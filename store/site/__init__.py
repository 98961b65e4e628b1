"""The settings of a deployment (site), and what a change of them means."""
