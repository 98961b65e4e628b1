"""The policies: their list, their details, editing and deploying them."""
