"""How does one installation live? Its folder, database, processes, health, backups."""
