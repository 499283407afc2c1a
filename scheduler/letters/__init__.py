"""Official letters: from a file to what it orders, and a list of the faults it carries."""
