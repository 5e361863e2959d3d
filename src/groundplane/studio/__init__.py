"""Who is to work on what, and in which order (Scale's docs, "Studio")."""
