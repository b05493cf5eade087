"""Tail-biting convolutional code of constraint length 11 and rate 1/6, decoded softly.

The encoder starts in the state its last bits leave it in, so that no bits are spent on a tail and every
position is protected alike (Ma and Wolf, "On tail biting convolutional codes", IEEE Trans. Commun. 34, 1986,
doi:10.1109/TCOM.1986.1096498). The decoder is Viterbi's, run round the circle a little more than once.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

CONSTRAINT_LENGTH = 11
# Octal, newest bit lowest; free distance 44, the best of a random search over some thousands of sextuples.
GENERATORS = (0o2345, 0o3327, 0o3715, 0o2575, 0o2353, 0o2637)
SYMBOLS_PER_BIT = len(GENERATORS)

_STATES = 1 << (CONSTRAINT_LENGTH - 1)
_HALF = _STATES // 2
_REGISTERS = 1 << CONSTRAINT_LENGTH
# Steps run before and after the decoded circle; beyond six constraint lengths nothing changes any more.
_OVERLAP = 6 * CONSTRAINT_LENGTH


@lru_cache(maxsize=1)
def _register_symbols() -> NDArray[np.float32]:
    """Symbols (+1 for a zero, -1 for a one) that each register content emits, shape (2048, 6)."""
    registers = np.arange(_REGISTERS)
    ones = [np.bitwise_count(registers & generator) & 1 for generator in GENERATORS]
    return (1.0 - 2.0 * np.stack(ones, axis=1)).astype(np.float32)


def encode(bits: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Symbols of +-1, six for each of the bits (0 or 1), which are taken as a circle of at least 11."""
    register = np.zeros(bits.size, np.int64)
    for delay in range(CONSTRAINT_LENGTH):
        register |= np.roll(bits, delay).astype(np.int64) << delay
    return _register_symbols()[register].reshape(-1)


def decode(soft: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Most likely bits (n, length) for rows of soft symbols (n, 6 * length), positive for a zero.

    Rows are decoded side by side, which costs little more than one.
    """
    branches = np.ascontiguousarray((_by_bit(soft) @ _zeros_symbols().T).swapaxes(0, 1))
    length = len(branches)
    steps = [step % length for step in range(-_OVERLAP, length + _OVERLAP)]
    survivors, metric = _walk(branches, steps)
    return _trace_back(survivors, metric.argmax(axis=1))[:, _OVERLAP : _OVERLAP + length]


def _by_bit(soft: NDArray[np.float32]) -> NDArray[np.float32]:
    return soft.reshape(soft.shape[0], -1, SYMBOLS_PER_BIT)


@lru_cache(maxsize=1)
def _zeros_symbols() -> NDArray[np.float32]:
    """Symbols of the registers whose newest and oldest bits are zero, shape (512, 6).

    Every generator takes in both bits: a one in one of them turns all six symbols round, ones in both leave them.
    """
    return np.ascontiguousarray(_register_symbols()[:_STATES:2])


def _walk(
    branches: NDArray[np.float32], steps: Sequence[int]
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Add, compare, select over the steps: which predecessor won, and the final metrics (row, state).

    `branches`: (length, row, half a state) for a zero behind a zero. The winners are told as (step, newest bit, row, the
    rest of the state), true where the oldest bit was a one.
    """
    rows = branches.shape[1]
    metric = np.zeros((rows, _HALF, 2), np.float32)
    survivors = np.empty((len(steps), 2, rows, _HALF), np.bool_)
    low, high = np.empty((2, 2, rows, _HALF), np.float32)
    for step, won in zip(steps, survivors, strict=True):
        branch, before = branches[step], metric.reshape(rows, _STATES)
        behind_zero, behind_one = before[:, :_HALF], before[:, _HALF:]
        np.add(behind_zero, branch, out=low[0])
        np.subtract(behind_zero, branch, out=low[1])
        np.subtract(behind_one, branch, out=high[0])
        np.add(behind_one, branch, out=high[1])
        np.greater(high, low, out=won)
        np.maximum(low, high, out=low)
        metric[..., 0], metric[..., 1] = low
    return survivors, metric.reshape(rows, _STATES)


def _trace_back(survivors: NDArray[np.bool_], states: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Bits (row, step) along the surviving paths that end in the given states."""
    rows = np.arange(states.size)
    bits = np.empty((states.size, survivors.shape[0]), np.uint8)
    for step in range(survivors.shape[0] - 1, -1, -1):
        newest, rest = states & 1, states >> 1
        bits[:, step] = newest
        states = rest | (survivors[step, newest, rows, rest].astype(np.int64) << (CONSTRAINT_LENGTH - 2))
    return bits
