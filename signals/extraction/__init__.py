"""Finding signals in what was said. The contract is in contract.py, the local extractor in local.py."""
