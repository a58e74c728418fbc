"""Official papers (公文) in the style of GB/T 9704-2012: plain data in, laid pages and PDF out."""
