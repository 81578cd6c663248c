"""What does a person or a program type? The approval's fields, and the questions to a feed."""
