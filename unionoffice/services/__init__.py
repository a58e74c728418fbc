"""What a user can intend, one method each: opens a unit of work, asks the models' rules, returns what changed."""
