"""What the services agree on: the message's schema, examples of it, and the program that reads it as they say."""
