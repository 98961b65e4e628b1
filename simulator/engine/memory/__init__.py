"""What a simulator keeps in mind of each device."""
