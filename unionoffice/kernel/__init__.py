"""What every layer may use: standard library only, no I/O, no knowledge of the office."""
