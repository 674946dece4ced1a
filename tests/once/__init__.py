"""A world in which senders are killed and a network misbehaves, to count what it published."""
