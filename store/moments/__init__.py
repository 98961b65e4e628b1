"""Moments: earlier states of a workspace, named by people or kept before destructive acts."""
