"""What `bench/scaling.py` is made of."""
