"""One ComponentResource with its Args per file."""
