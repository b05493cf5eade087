"""What is handed in with the filing of an algorithm or a security assessment: how this site marks, shown on real files.

Labelling Measures Art. 12 has a provider hand in its materials on marking; app stores ask for them under Art. 7. The samples
are works like any other: submitted, marked, registered and recorded.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from PIL import Image

from accounts.users.models import Agreement, User
from config.paintings import PAINTINGS
from marking.media import MediaType
from marking.policy.rules import RULES
from marking.verification import signing_keys
from marking.verification.examine import examine
from marking.works import certificates, execution, files, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work
from marking.works.policy import site_policy
from marking.works.states import WorkState

FORMATS = tuple(each for each in MediaType if each.is_written)
PICTURE = "mountains"
TOOL = Declaration("Yinji sample pictures", "1", Kind.SCENE, Depicts.NOBODY)
_FOLDER = Path(__file__).parent / "pack"


class NotMarked(Exception):
    """A sample was not released; says which, and in which state it is."""


def write(target: Path, *, owner: User) -> list[str]:
    """Write the pack as a ZIP file to ``target``; return its names.

    ``owner``: the account whose works the samples are or become; a second pack takes the same. Raises :class:`NotMarked`,
    what :func:`marking.works.services.submit` refuses, and OSError.
    """
    entries = {**_words(), **_keys(), **_samples(owner)}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name in sorted(entries):
            pack.writestr(name, entries[name])
    return sorted(entries)


def _words() -> dict[str, bytes]:
    agreements = Agreement.objects.order_by("version")
    texts = {
        f"agreements/v{each.version}.{language}.md": f"{marking}\n\n{body}\n".encode()
        for each in agreements
        for language, marking, body in (
            ("zh", each.marking_zh, each.body_zh),
            ("en", each.marking_en, each.body_en),
        )
    }
    shipped = {
        f"README.{language}.md": (_FOLDER / f"README.{language}.md").read_bytes() for language in ("en", "zh")
    }
    return {**shipped, **texts, "marking.json": _json(_marking())}


def _marking() -> dict[str, Any]:
    """How works are marked, as the settings have it, and what each listed jurisdiction asks for."""
    environment, policy = settings.ENVIRONMENT, site_policy()
    return {
        "provider": environment["YINJI_PROVIDER_NAME"],
        "credit_code": environment["YINJI_PROVIDER_USCC"],
        "filings": [each.number for each in environment["YINJI_ALGORITHM_FILINGS"]],
        "visible_label": {
            "words": str(policy.wording),
            "height_over_short_side": max(policy.height_share, 0.05),
        },
        "formats": {"read": list(MediaType), "written": list(FORMATS)},
        "rules": {
            each: {
                "marks": sorted(RULES[each].marks),
                "metadata": list(RULES[each].metadata),
                "copy_without_visible_label": RULES[each].unlabelled_copy,
                "source": RULES[each].source,
            }
            for each in environment["YINJI_JURISDICTIONS"]
        },
    }


def _keys() -> dict[str, bytes]:
    return {"keys.json": _json({"keys": signing_keys.facts()})}


def _samples(owner: User) -> dict[str, bytes]:
    return {name: content for media_type in FORMATS for name, content in _sample(owner, media_type)}


def _sample(owner: User, media_type: MediaType) -> Iterator[tuple[str, bytes]]:
    """A released sample of one format: the file itself, and what the public verification says of it."""
    work = _released(owner, media_type)
    with default_storage.open(work.marked_path) as file:
        content = file.read()
    name = f"samples/{work.code}.{media_type.extension}"
    with files.workspace() as folder:
        path = folder / Path(name).name
        path.write_bytes(content)
        report = examine(path, path.name).as_dict()
    yield name, content
    yield f"{name}.report.json", _json({"certificate": certificates.address(work), **report})


def _released(owner: User, media_type: MediaType) -> Work:
    name = f"{PICTURE}.{media_type.extension}"
    work = Work.objects.filter(owner=owner, source_name=name, state=WorkState.RELEASED).first()
    if work is None:
        work = _submitted(owner, name)
        execution.run(work.number)
        work.refresh_from_db()
    if work.state != WorkState.RELEASED:
        raise NotMarked(f"expected the sample {name} to be released, found it {work.state}")
    return work


def _submitted(owner: User, name: str) -> Work:
    with files.workspace() as folder:
        path = folder / name
        Image.fromarray(PAINTINGS[PICTURE]()).save(path)
        return services.submit(by=owner, path=path, name=name, declaration=TOOL)


def _json(content: Any) -> bytes:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True).encode()
