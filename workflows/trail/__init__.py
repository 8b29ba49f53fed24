"""The audit: hash chains that are written with each act, and the proof that nobody changed them."""
