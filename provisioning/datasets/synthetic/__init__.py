"""Seeded synthetic claims with the shape of the real ones. Needs polars (the extra `local`)."""
