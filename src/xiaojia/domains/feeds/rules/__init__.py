"""What do the standards say? Ids, days, schedules, shapes and documents of the feeds, as plain functions."""
