"""What do tools that nobody here wrote find? Each module installs one, runs it, and prints its number of findings."""
