"""What comes if nobody acts: consequences that begin and end, device certificates that expire, and what prevents each.

Also what depends on a certificate, and which components go on with another one than the one that is bound.
"""
