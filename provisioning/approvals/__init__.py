"""Approval records, specs, fees and the lifecycle of an environment. Pure, but for `service`."""
