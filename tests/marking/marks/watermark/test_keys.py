"""A secret..."""

from collections import Counter

import numpy as np
import pytest

from marking.marks.watermark.keys import DRAWN, VERSIONS, DrawnKey, Secret, uniform

SECRET = Secret(b"a secret")


def test_it_draws_every_key_about_as_often() -> None:
    drawn = Counter(SECRET.draw(payload).number for payload in range(4000))
    assert sorted(drawn) == list(range(DRAWN))
    assert max(drawn.values()) < 1.15 * min(drawn.values())


def test_it_draws_the_same_key_for_the_same_payload() -> None:
    assert SECRET.draw(7) == Secret(b"a secret").draw(7)
    assert SECRET.draw(7) in SECRET.drawn_keys()


def test_it_never_changes() -> None:
    """Frozen vectors: pictures marked under them are out in the world."""
    assert Secret(b"key", 1).digest(b"pilots").hex()[:16] == "cba57e1c0d2d1147"
    assert uniform(b"seed", 2).tolist() == pytest.approx([0.3118667628, 0.3666899917], abs=1e-9)
    assert VERSIONS[0] == 1


@pytest.mark.parametrize("other", [Secret(b"another secret"), Secret(b"a secret", 2)])
def test_it_derives_other_numbers_under_another_key_or_version(other: Secret) -> None:
    assert not np.array_equal(SECRET.uniform(b"pilots", 8), other.uniform(b"pilots", 8))
    assert not np.array_equal(DrawnKey(SECRET, 0).uniform(8), DrawnKey(other, 0).uniform(8))


def test_it_shows_its_bytes_nowhere() -> None:
    assert "secret" not in repr(Secret(b"secret")).lower().replace("secret(", "")
    assert "6f7065" not in repr(DrawnKey(Secret(b"ope"), 1))


def test_it_gives_numbers_from_nought_to_one() -> None:
    numbers = SECRET.uniform(b"data", 4000)
    assert 0 <= numbers.min() < 0.01
    assert 0.99 < numbers.max() < 1
    assert numbers.mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("key", ["text", bytearray(b"key"), None])
def test_it_takes_nothing_but_bytes(key: object) -> None:
    with pytest.raises(TypeError, match="expected a key of bytes, found"):
        Secret(key)  # type: ignore[arg-type]
