"""Documents to the model: versions 2 and 3, messages, parameters, bindings."""
