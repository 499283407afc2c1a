"""What airs, in which order, when, and how that compares with what did air: pure rules."""
