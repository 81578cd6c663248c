"""What do the room's templates need beyond Django and the shell?"""
