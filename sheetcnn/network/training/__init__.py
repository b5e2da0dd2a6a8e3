"""Training: from pictures with labels to weights."""
