"""What kind of day is it? The editable day table, seeded from State Council notices."""
