"""Records and enumerations, immutable and without input or output."""
