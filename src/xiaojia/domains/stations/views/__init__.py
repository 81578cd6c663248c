"""What does a person see of stations?"""
