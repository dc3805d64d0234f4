"""Finding signals in what was said. contract.py is the contract, local.py the local extractor."""
