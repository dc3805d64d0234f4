"""Gemini, Google's language models: extraction.py is the extractor, client.py talks to them."""
