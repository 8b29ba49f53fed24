"""The studio: policy staff change process packs as drafts, a second person approves, a version comes into force."""
