"""The command line: parses, calls, prints, and returns the exit code."""
