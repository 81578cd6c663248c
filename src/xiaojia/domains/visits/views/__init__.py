"""What does a person see of visits? The page that a plate opens, the office's counts, the plates themselves."""
