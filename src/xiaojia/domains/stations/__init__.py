"""Which stations are there, are they truly open, and how does one get in?"""
