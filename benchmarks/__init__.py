"""Measurements, each against a yardstick in the same run, printed as ratios: machines differ, ratios hardly."""
