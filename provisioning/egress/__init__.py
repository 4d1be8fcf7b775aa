"""Requests out: states, review, release."""
