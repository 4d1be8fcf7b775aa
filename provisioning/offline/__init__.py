"""The embedded default: the engine that applies `infra/` to moto, and the local services."""
