"""The whole life of one approval on one machine, told by the `hic` commands a person would type."""
