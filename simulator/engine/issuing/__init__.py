"""Keys of simulated devices, and the certificates that are issued for them."""
