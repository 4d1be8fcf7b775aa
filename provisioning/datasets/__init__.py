"""Table catalogue, layouts to DDL, synthetic data, publish, list and fetch."""
