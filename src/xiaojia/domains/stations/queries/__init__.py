"""What do pages and reports ask about stations?"""
