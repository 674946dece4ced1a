"""Where what must be kept is kept: SQL for real, and a twin in memory. Both pass the same tests."""
