"""Printed forms (表单, F68, F72): workbooks with tags, filled from the office's records. `service.Forms` is the way in.

`shelf` finds them, `tags` knows what they may ask for, `context` and the rooms by subject read it, `filling` makes a
form ready, `findings` says what would not be seen on paper, `files` what the files are called.
"""
