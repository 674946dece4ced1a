"""The first desk: the cases with their reasons, the counts, the alert. It binds to loopback and serves one owner."""
