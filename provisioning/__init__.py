"""What people do: the `hic` command and the services behind it."""

__version__ = "0.1.0"
