"""How the office is kept: one SQLite file, one log, one way to write."""
