"""What is stopped or degraded at a time, because of which certificate, for whom, since when.

``landscape`` is what that follows from; ``interruptions`` are its history; ``gates`` what devices meet of it.
"""
