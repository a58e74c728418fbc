"""What the program costs, measured against floors: `unionoffice bench`."""
