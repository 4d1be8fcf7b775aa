"""Bring up, look at and end environments; credential notices."""
