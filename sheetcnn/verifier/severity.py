"""How bad a finding is."""

ERROR, WARNING = "error", "warning"
EITHER = "error or warning"
"""What a rule may say of itself; each of its findings is one of the two."""
