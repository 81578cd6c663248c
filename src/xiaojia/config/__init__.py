"""How is the house wired together? Settings, addresses, the command and the fuse box."""
