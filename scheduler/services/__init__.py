"""Verbs over the database: they never commit, know no HTTP, and take the time as an argument."""
