"""The looks of the console, and the contrast of their colours."""
