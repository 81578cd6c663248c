"""What does the office see of an import? Upload, matching, questions, preview, result."""
