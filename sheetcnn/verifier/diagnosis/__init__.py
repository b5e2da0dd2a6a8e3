"""What is wrong with a formula, in words: its normal form beside the one expected."""
