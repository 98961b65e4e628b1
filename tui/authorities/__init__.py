"""The CA groups: their list, their details, requesting and exporting."""
