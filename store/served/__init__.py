"""What endpoints were seen to serve, for the components and entries that it is about.

``endpoints`` asks them and keeps their answers; here these are put together, and simulated endpoints are played.
"""
