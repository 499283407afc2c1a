"""Registers as files: a table of rows read from CSV or JSON, told row by row where it is wrong, and written again."""
