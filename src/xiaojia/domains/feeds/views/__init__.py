"""What does a program get, and what does an administrator see?"""
