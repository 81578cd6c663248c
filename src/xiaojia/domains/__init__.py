"""What does a union do? One package per room; rooms on one shelf never import each other."""
