"""What each handler needs to log in: made, packed, handed out, renewed and withdrawn (HIC-24)."""
