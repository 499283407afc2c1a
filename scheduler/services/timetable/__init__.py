"""The timetable over the database: slots' contents, what stands, and how it is changed."""
