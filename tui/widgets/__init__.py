"""What the screens are built of, where Textual has nothing of the kind."""
