"""What the detector of one stream is made of: how often counts come, what is usual, how seldom the highest are."""
