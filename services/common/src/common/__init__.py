"""What the services share: settings, user errors, the heartbeat, logging, how a program ends."""
