"""What do pages and reports ask about visits?"""
