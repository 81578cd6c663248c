"""What needs no Django? Plain Python used by every floor."""
