"""Events: nothing lost, nothing twice. See outbox.py."""
