"""Style packs: a published revision with all that it draws with, as one checksummed file."""
