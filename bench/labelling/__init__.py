"""Quality, calibration and speed of the labels, beside peers."""
