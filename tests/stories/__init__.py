"""One person's story each, told from their first post to the last, through everything that the brand runs."""
