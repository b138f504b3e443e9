"""What both implementations need of one network connection."""
