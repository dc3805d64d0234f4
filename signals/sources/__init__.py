"""Watched sources: places that are looked at again and again for transcripts and documents."""
