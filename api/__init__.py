"""The REST surface: the public shapes of the product, over the use cases of the store."""
