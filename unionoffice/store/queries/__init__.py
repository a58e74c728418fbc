"""Reused questions to the database, one module a noun."""
