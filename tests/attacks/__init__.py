"""What does the product do when somebody means harm? Real requests and real files against the real parts."""
