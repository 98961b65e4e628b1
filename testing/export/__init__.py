"""A folder of fixtures with its manifest, for programs in any language; and checking a program with it."""
