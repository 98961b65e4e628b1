"""The process that simulates: one at a time, controlled from any other, with workers on this machine or others."""
