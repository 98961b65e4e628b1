"""Campaigns that tell people to re-enroll their devices."""
