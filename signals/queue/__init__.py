"""The review queue: one signal at a time, decided in seconds."""
