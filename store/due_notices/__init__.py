"""Notices that are due by the clock: of what expires or has stopped, of endpoints, of last days to start.

When each is due and until when it holds; what a channel that was set up late still tells; and to whom a notice
goes that nobody acknowledges. The inbox and the delivery are in ``notices``.
"""
