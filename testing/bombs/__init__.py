"""Time bombs: the certificates in somebody's repository, and when their tests will fail because of them."""
