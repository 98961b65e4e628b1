"""What depends on a certificate."""
