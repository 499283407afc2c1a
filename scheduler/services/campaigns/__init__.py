"""Campaigns over the database: proposed, looked at beforehand, published, rotated into sessions, and what is unmet."""
