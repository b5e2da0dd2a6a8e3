"""A network on sheets: where everything stands, what it says, and how it looks."""
