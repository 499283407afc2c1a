"""From a file's bytes to lines of text: one module a format."""
