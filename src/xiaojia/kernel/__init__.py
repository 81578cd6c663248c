"""What do all rooms stand on? Audit, files, calendar, places, people, organisations, imports, notices."""
