"""What is known of Excel, and nothing of networks: cells, formulas, reading and writing."""
