"""What is known of networks: stages, shapes, weights, templates, training. Of Excel only cells."""
