"""Small real services on the generated SDK; each is a process of its own: ``python -m tars_services.router``."""
