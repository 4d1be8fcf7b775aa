"""Who can reach what: the network as it stands, and a decision over it."""
