"""Where do uploaded files live? Photos are checked by content, cleaned and kept once."""
