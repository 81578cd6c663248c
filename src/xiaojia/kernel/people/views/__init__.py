"""What does somebody see of her own account? Sign-in, second factor, sessions."""
