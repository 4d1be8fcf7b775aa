"""One module per AWS service: how a resource is created, read, updated and deleted."""
