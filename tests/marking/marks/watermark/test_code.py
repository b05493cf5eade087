"""The channel code..."""

import hashlib
import hmac

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.watermark import code, convolution
from marking.marks.watermark.convolution import CONSTRAINT_LENGTH, GENERATORS, SYMBOLS_PER_BIT
from marking.marks.watermark.keys import Secret

SECRET = Secret(b"key")
payloads = st.integers(0, 2**code.PAYLOAD_BITS - 1)


def noisy(symbols: np.ndarray, ratio_db: float, seed: int) -> np.ndarray:
    """Symbols under Gaussian noise, for a ratio of energy per word bit to noise density in dB."""
    deviation = np.sqrt(SYMBOLS_PER_BIT / (2 * 10 ** (ratio_db / 10)))
    return (symbols + np.random.default_rng(seed).normal(0, deviation, symbols.size)).astype(np.float32)


@settings(max_examples=20, deadline=None)
@given(payload=payloads, key=st.binary(max_size=64))
def test_it_gives_a_clean_word_back(payload: int, key: bytes) -> None:
    secret = Secret(key)
    decoded = code.decode(code.encode(payload, secret), secret)
    assert decoded == (payload, pytest.approx(1))


def test_it_corrects_what_theory_says_it_can() -> None:
    """At Eb/N0 of 2 dB a rate 1/6 code of constraint length 11 fails less than once in a hundred words."""
    words = [code.decode(noisy(code.encode(seed, SECRET), 2.0, seed), SECRET) for seed in range(30)]
    assert sum(word is not None and word.payload == seed for seed, word in enumerate(words)) >= 29


def test_it_refuses_noise_and_the_wrong_key() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(20, code.SYMBOLS)).astype(np.float32)
    assert all(code.decode(word, SECRET) is None for word in noise)
    assert code.decode(code.encode(5, SECRET), Secret(b"other")) is None
    assert code.decode(np.zeros(code.SYMBOLS, np.float32), SECRET) is None


def test_it_checks_with_the_first_28_bits_of_an_hmac() -> None:
    digest = hmac.new(b"key", b"yinji watermark 1: check " + (5).to_bytes(6, "big"), hashlib.sha256).digest()
    bits = convolution.decode(code.encode(5, SECRET)[None])[0]
    word = sum(int(bit) << place for place, bit in enumerate(bits))
    assert word == 5 << 28 | int.from_bytes(digest[:4], "big") >> 4


def test_it_emits_the_generators_for_a_single_one() -> None:
    bits = np.zeros(30, np.uint8)
    bits[0] = 1
    ones = (convolution.encode(bits) < 0).reshape(-1, SYMBOLS_PER_BIT)
    sent = [sum(int(one) << delay for delay, one in enumerate(column)) for column in ones.T]
    assert tuple(sent) == GENERATORS
    assert ones[CONSTRAINT_LENGTH:].sum() == 0


@settings(max_examples=20, deadline=None)
@given(bits=st.lists(st.integers(0, 1), min_size=30, max_size=30), turn=st.integers(0, 29))
def test_it_treats_the_bits_as_a_circle(bits: list[int], turn: int) -> None:
    word = np.array(bits, np.uint8)
    turned = convolution.encode(np.roll(word, turn))
    assert np.array_equal(turned, np.roll(convolution.encode(word), turn * SYMBOLS_PER_BIT))
    assert np.array_equal(convolution.decode(turned[None])[0], np.roll(word, turn))


def test_it_decodes_several_words_side_by_side_as_one_by_one() -> None:
    words = np.stack([noisy(code.encode(seed, SECRET), 0.5, seed) for seed in range(5)])
    assert code.decode_each(words, SECRET) == [code.decode(word, SECRET) for word in words]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_decodes_as_viterbi_does_state_by_state(seed: int) -> None:
    """In whole numbers, so that sums are exact and ties are ties."""
    soft = np.random.default_rng(seed).integers(-2, 3, (3, 30 * SYMBOLS_PER_BIT)).astype(np.float32)
    assert np.array_equal(convolution.decode(soft), [_plainly_decoded(row) for row in soft])


def _plainly_decoded(soft: np.ndarray) -> list[int]:
    """The circle walked with the symbols of all registers, and six constraint lengths of it before and behind."""
    overlap, states = 6 * CONSTRAINT_LENGTH, 1 << (CONSTRAINT_LENGTH - 1)
    registers = np.arange(2 * states)
    ones = np.stack([np.bitwise_count(registers & each) & 1 for each in GENERATORS])
    received = soft.reshape(-1, SYMBOLS_PER_BIT).astype(np.int64)
    metric, winners = np.zeros(states, np.int64), []
    for step in range(-overlap, len(received) + overlap):
        reached = metric[registers >> 1] + received[step % len(received)] @ (1 - 2 * ones.astype(np.int64))
        low, high = reached[:states], reached[states:]
        winners.append(high > low)
        metric = np.maximum(low, high)
    state, bits = int(metric.argmax()), []
    for won in reversed(winners):
        bits.append(state & 1)
        state = state >> 1 | int(won[state]) << (CONSTRAINT_LENGTH - 2)
    return bits[::-1][overlap:-overlap]
