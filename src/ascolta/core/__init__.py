"""The pure part: no clock, disk, network, logging or randomness."""
