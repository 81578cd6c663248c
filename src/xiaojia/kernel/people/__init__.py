"""Who is a natural person, and which account is hers? Least data, encrypted, with a stated purpose."""
