"""Settings, where they come from, and the login."""
