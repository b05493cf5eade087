"""The attacks: each named, seeded, and on its own."""

from tests.benchmarks.watermark.attacks.attack import Attack, Picture, Tier
from tests.benchmarks.watermark.attacks.suite import ATTACKS, SEED, attacked, chosen, seed_of

__all__ = ["ATTACKS", "SEED", "Attack", "Picture", "Tier", "attacked", "chosen", "seed_of"]
