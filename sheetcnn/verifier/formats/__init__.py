"""A report in other forms: text."""
