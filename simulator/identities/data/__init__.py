"""Tables: the models that exist, the OS versions that they run, the number blocks that they draw from. No code."""
