"""Settings: their sources and validation, the broker's URL, and the login."""
