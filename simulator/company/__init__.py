"""An invented company: its CAs, its certificates, and its mistakes."""
