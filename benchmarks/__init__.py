"""Speeds, measured side by side in one run and told as ratios: machines differ, ratios less so."""
