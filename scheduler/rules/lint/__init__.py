"""What looks wrong in a text: shared by letters, which are judged as they come, and scripts, which are mended."""
