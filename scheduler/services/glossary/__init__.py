"""The district's own glossary: its verbs, its table as a file, and the reading that follows it."""
