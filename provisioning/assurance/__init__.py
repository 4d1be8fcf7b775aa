"""Proofs about what stands."""
