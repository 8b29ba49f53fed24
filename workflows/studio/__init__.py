"""The studio: where policy staff change a pack, prove it and have it approved."""
