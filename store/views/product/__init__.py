"""What the product's REST interface shows of a record: its field names, its spelling mistakes included."""
