"""People's door: Flask pages and the stations' HTTP API."""
