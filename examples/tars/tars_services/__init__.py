"""Small services that use the generated SDK; each runs in its own process: ``python -m tars_services.router``."""
