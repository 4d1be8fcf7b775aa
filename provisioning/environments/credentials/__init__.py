"""What each handler needs to log in: made, packed, handed out, renewed and withdrawn (domain section 6)."""
