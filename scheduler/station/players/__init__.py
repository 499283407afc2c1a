"""What makes a station sound: the port in ``player.py``, one driver a file."""
