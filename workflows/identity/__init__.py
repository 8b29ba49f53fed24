"""People and units, and how somebody proves to be one of them."""
