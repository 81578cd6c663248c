"""How long is each kind of data kept, what is deleted when, and what is kept about one person?"""
