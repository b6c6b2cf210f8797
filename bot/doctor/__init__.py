"""Looks for what is wrong, or soon will be, and says what to do about it."""
