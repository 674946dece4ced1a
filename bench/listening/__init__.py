"""What `bench/listen.py` is made of."""
