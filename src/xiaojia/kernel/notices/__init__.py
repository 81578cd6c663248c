"""What should somebody hear about? The inbox inside the product."""
