"""What AWS would decide: policy documents read back, and a decision over them."""
