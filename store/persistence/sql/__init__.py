"""What the engines over SQL databases share: their rows, the questions asked of them, and restore points."""
