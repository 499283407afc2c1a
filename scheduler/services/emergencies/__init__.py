"""Emergencies: what their writer orders, what an approval releases, whom the clock tells first, what is under way."""
