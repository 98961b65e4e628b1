"""What all commands share: starting and ending, the workspace, options, answers and how they are printed."""
