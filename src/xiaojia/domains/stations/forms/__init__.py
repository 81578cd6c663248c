"""What does a person type about stations?"""
