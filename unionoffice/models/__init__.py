"""What the office knows and its rules: mapped classes and declarations, never a session."""
