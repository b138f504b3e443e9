"""Parts of one network connection that the engine and paho share."""
