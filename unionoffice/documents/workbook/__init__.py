"""A workbook's cells on paper: read, measured, cut into pages, placed and drawn, as spreadsheet programs print them."""
