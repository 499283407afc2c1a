"""Rules of the application, pure: approval and permissions."""
