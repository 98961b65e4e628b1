"""What front ends are told of a simulation."""
