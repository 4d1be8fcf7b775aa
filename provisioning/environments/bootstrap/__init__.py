"""Make a working analysis server of an instance that stands: over SSH, step by step, and check it from within."""
