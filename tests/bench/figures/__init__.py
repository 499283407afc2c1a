"""The benches, one a module: `measure()` gives its figures with their bounds."""
