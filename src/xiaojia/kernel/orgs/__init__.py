"""Which organisations and units are there, and who holds which post?"""
