"""The centre's tables, by subject, and how a database is reached; truth lives here."""
