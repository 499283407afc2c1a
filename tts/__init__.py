"""Script in, broadcast-ready Vietnamese speech out; no database, settings or clock."""
