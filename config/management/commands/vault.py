"""``manage.py vault``: the state of the vault, and new keys for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from accounts.guardians import naming
from accounts.identity import reindexing
from accounts.identity.adopting import adopt, unadopted
from accounts.identity.models import IdentityClaim
from accounts.identity.reindexing import Reindexed
from accounts.refusals import Refusal
from accounts.vault import keeper, key_files, opening_keys, rotation
from accounts.vault.opening_keys import OpeningKeysError
from accounts.vault.rotation import Rotated
from accounts.vault.store.models import SealedIdentity
from config import held_keys, keys

KINDS = ("master", "index", "opening")


class Command(BaseCommand):
    """Exit status: 0 done, 1 something could not be opened or done, 2 bad use."""

    help = "The vault of names: its `status`, `adopt` claims of earlier versions, a `new-key`, `rotate` to it, and `key-tables`."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        status = actions.add_parser("status", help="What lies under old keys, and what waits.")
        adopting = actions.add_parser("adopt", help="Take claims of earlier versions into the vault.")
        new = actions.add_parser(
            "new-key", help="Put a new key in front of the old ones; what runs finds it there."
        )
        new.add_argument("kind", choices=KINDS)
        rotate = actions.add_parser(
            "rotate", help="Bring everything under the newest keys, beside the running site."
        )
        for kind in KINDS:
            rotate.add_argument(f"--{kind}", action="store_true", help=f"this kind of key alone ({kind})")
        tables = actions.add_parser(
            "key-tables",
            help="The tables that hold keys, one a line: no backup that is kept for long has them.",
        )
        for action in (status, adopting, new, rotate, tables):
            action.add_argument("--json", action="store_true", help="One JSON object on standard output.")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        act = {
            "status": self._status,
            "adopt": self._adopt,
            "new-key": self._new_key,
            "rotate": self._rotate,
            "key-tables": self._key_tables,
        }[options["action"]]
        try:
            answer = act(options)
        except (OpeningKeysError, keys.KeysError, Refusal) as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(json.dumps(answer) if options["json"] else _lines(answer))
        if failed := _failures(answer):
            raise CommandError(f"{failed} could not be opened or done.", returncode=1)

    def _status(self, options: dict[str, Any]) -> dict[str, Any]:
        claims = IdentityClaim.objects
        return {
            "identities": SealedIdentity.objects.filter(wrapped_key__isnull=False).count(),
            "master": {
                "keys": len(key_files.master_keys()),
                "outdated": sum(rotation.outdated_keys().values()),
            },
            "index": {
                "keys": len(key_files.index_keys()),
                "outdated": reindexing.outdated().count(),
            },
            "opening": {
                "keys": len(key_files.sealing_keys()),
                "outdated": rotation.outdated_identities().count(),
            },
            "unadopted": unadopted().count(),
            "to_forget": claims.filter(forget_at__isnull=False).count(),
        }

    def _key_tables(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"tables": rotation.key_tables()}

    def _adopt(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"guardianships": naming.adopt(), **adopt(timezone.now()).as_dict()}

    def _new_key(self, options: dict[str, Any]) -> dict[str, Any]:
        held_keys.tell()  # before anything is written: where the log does not answer, no key is made that it lacks
        answer = self._added(options["kind"])
        held_keys.tell()
        return answer

    def _added(self, kind: str) -> dict[str, Any]:
        if kind == "opening":
            key = opening_keys.add(settings.DATA)
            return {"kind": kind, "sealing_key": key.text, "next": self._after_opening()}
        file = settings.DATA / "keys.json"
        {"master": keys.add_vault_key, "index": keys.add_identity_index_key}[kind](file)
        return {
            "kind": kind,
            "next": f"back {file} up, copy it to data folders that other parts have, then vault rotate --{kind}",
        }

    def _after_opening(self) -> str:
        if settings.SEALING_KEYS_FILE is None:
            return (
                "put sealing_key in front in YINJI_VAULT_SEALING_KEY and restart, then vault rotate --opening"
            )
        return "back it up, copy vault-sealing.keys to data folders that other parts have, then vault rotate --opening"

    def _rotate(self, options: dict[str, Any]) -> dict[str, Any]:
        wanted = [kind for kind in KINDS if options[kind]] or list(KINDS)
        held_keys.tell()
        with ExitStack() as stack:
            if wanted != ["master"]:
                stack.enter_context(keeper.holding(opening_keys.load_opening(settings.DATA)))
            return {kind: self._rotated(kind).as_dict() for kind in wanted}

    def _rotated(self, kind: str) -> Rotated | Reindexed:
        run: dict[str, Callable[..., Rotated | Reindexed]] = {
            "master": rotation.rewrap_all,
            "index": reindexing.reindex,
            "opening": rotation.reseal_all,
        }
        newest = held_keys.newest(kind)  # one that is added meanwhile has a run of its own
        done = run[kind](self._progress if self.stderr.isatty() else None)
        held_keys.tell_rotated(kind, newest, changed=done.changed, left=done.left)
        return done

    def _progress(self, count: int) -> None:
        self.stderr.write(f"{count} …")


def _lines(answer: dict[str, Any]) -> str:
    if set(answer) == {"tables"}:  # for scripts
        return "\n".join(answer["tables"])
    return "\n".join(f"{name}: {_words(value)}" for name, value in answer.items())


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(each)}" for name, each in value.items())
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def _failures(answer: dict[str, Any]) -> int:
    parts = [answer, *(value for value in answer.values() if isinstance(value, dict))]
    return sum(part.get("unreadable", 0) + len(part.get("duplicates", ())) for part in parts)
