"""The commands, one module for each noun; `cli.py` puts them together."""
