"""What does the demo city show? Invented stations of Sanya that live."""
