"""The push certificates: the portal, and the steps of a renewal."""
