"""The `hic` command: thin click commands, one module per group."""
