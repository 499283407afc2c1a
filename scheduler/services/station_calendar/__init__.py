"""A station's sessions as a calendar that phones subscribe to, under a secret address."""
