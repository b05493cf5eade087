#!/usr/bin/env python3
"""Check a package of records: python3 -I verify.py PACKAGE.zip [--key KEY] [--against OTHER.zip] [--json]

Needs Python 3.9 or newer and nothing else, no network among it. Take this file from somebody you trust rather than from the
package that you check: whoever altered the one can alter the other. --key names the log's verifier key as you know it from
elsewhere; without it the package is only held against the keys that it brings along.
Exit status: 0 nothing found, 1 something found, 2 bad use.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

Point = tuple[int, int, int, int]
Signatures = list[tuple[str, bytes]]

# --- Ed25519 (RFC 8032 section 5.1) -------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def times(number: int, point: Point) -> Point:
    """A point added to itself ``number`` times."""
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def is_same(a: Point, b: Point) -> bool:
    """Whether two points in extended coordinates are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(data: bytes) -> Point | None:
    """The point in 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (not x and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of(bytes([0x58]) + bytes([0x66]) * 31) or (0, 0, 0, 0)


def has_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``message`` is of the public key."""
    key, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return is_same(times(s, BASE), add(r, times(h, key)))


# --- notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) -----------------------------------------


class Wrong(Exception):
    """Something that is not as it must be."""


def expect(holds: object, sentence: str) -> None:
    """Raise Wrong unless something holds."""
    if not holds:
        raise Wrong(sentence)


def decoded(text: str) -> bytes:
    """The bytes of base64 in its only spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong(f"expected base64, found {text[:40]!r}") from None
    expect(base64.b64encode(data).decode() == text, "expected base64 in its only spelling")
    return data


class Key:
    """A verifier key: name+id+key."""

    def __init__(self, text: str) -> None:
        name, _, rest = text.partition("+")
        data = decoded(rest.partition("+")[2])
        self.text, self.name, self.type, self.public = text, name, data[:1], data[1:]
        self.id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        expect(self.type in (b"\x01", b"\x04") and len(self.public) == 32, f"expected an Ed25519 key: {text}")
        expect(
            text == "{}+{}+{}".format(name, self.id.hex(), rest.partition("+")[2]),
            f"expected name+id+key: {text}",
        )

    def signed(self, text: str, signatures: Signatures) -> bool:
        """Whether this key signed; Wrong where a signature claims so and does not hold."""
        claimed = [value for name, value in signatures if (name, value[:4]) == (self.name, self.id)]
        for value in claimed:
            message, signature = text, value[4:]
            if self.type == b"\x04":
                expect(len(signature) == 72, f"a cosignature of {self.name} has another length")
                message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
                signature = signature[8:]
            expect(
                has_signed(self.public, message.encode(), signature),
                f"the signature of {self.name} is wrong",
            )
        return bool(claimed)


def read_note(whole: str) -> tuple[str, Signatures]:
    """Text and signatures of a note."""
    text, blank, lines = whole.rpartition("\n\n")
    expect(blank and lines.endswith("\n"), "expected a note: text, empty line, signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        found = re.fullmatch("\u2014 ([^\\s+]+) (\\S+)", line)
        if not found:
            raise Wrong(f"expected a signature line, found {line[:60]!r}")
        signatures.append((found[1], decoded(found[2])))
    return text + "\n", signatures


def read_head(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text."""
    found = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n", text)
    if not found:
        raise Wrong("expected a checkpoint: origin, size and root")
    root = decoded(found[3])
    expect(len(root) == 32, "expected a root of 32 bytes")
    return found[1], int(found[2]), root


# --- the tree (RFC 9162 section 2.1) ---------------------------------------------------------------------------------


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to."""
    expect(0 <= index < size, f"expected a leaf from 0 to {size - 1}, found {index}")
    here, last = index, size - 1
    for sibling in path:
        expect(last and len(sibling) == 32, "expected a shorter proof of hashes of 32 bytes")
        if here & 1 or here == last:
            leaf = hashlib.sha256(b"\x01" + sibling + leaf).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\x01" + leaf + sibling).digest()
        here, last = here >> 1, last >> 1
    expect(not last, "expected a longer proof")
    return leaf


# --- the package ----------------------------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    """RFC 8785 for what a package holds: whole numbers, text, lists and objects with ASCII keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_json(data: bytes, where: str) -> dict[str, Any]:
    """A value whose canonical form is exactly ``data``."""
    try:
        value = json.loads(data.decode())
        is_canonical = canonical(value) == data
    except (ValueError, UnicodeError, RecursionError) as error:
        raise Wrong(f"{where}: expected canonical JSON: {error}") from None
    if not isinstance(value, dict):
        raise Wrong(f"{where}: expected one object")
    expect(is_canonical, f"{where}: expected one object as canonical JSON")
    return value


class Tree:
    """One shard of the log: its first record, how many are under its checkpoint, and what this says."""

    def __init__(self, shard: dict[str, Any], files: dict[str, bytes]) -> None:
        self.first, self.size = shard["first"], shard["size"]
        self.end = self.first - 1 + self.size
        self.checkpoint = files[f"checkpoints/{self.end}.txt"].decode()
        self.text, self.signatures = read_note(self.checkpoint)
        self.origin, size, self.root = read_head(self.text)
        self.signed_by: list[str] = []
        expect((self.origin, size) == (shard["origin"], self.size), f"is of another log or size: {self.text}")


MEMBERS = {"v", "seq", "id", "kind", "at", "actor", "subject", "person", "commitment", "previous"}


class Package:
    """The files of a package, and what is found wrong with them."""

    def __init__(self, path: str) -> None:
        self.findings: list[str] = []
        self.files: dict[str, bytes] = {}
        self.records = self.opened = self.redacted = self.erased = 0
        self.previous: int | None = None
        self.wanted: set[str] = set()
        self.figures: dict[str, list[int]] = {}
        self.origin = ""
        self.log_keys: list[Key] = []
        self.witnesses: list[Key] = []
        self.signed_by: list[str] = []
        self.trees: list[Tree] = []
        self.manifest: dict[str, Any] = {}
        self.guard("package", lambda: self.load(Path(path)))

    def guard(self, where: str, check: Callable[[], None]) -> None:
        """Run one check; what is wrong becomes a finding."""
        try:
            check()
        except Wrong as wrong:
            self.findings.append(f"{where}: {wrong}")
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, UnicodeError) as error:
            self.findings.append(f"{where}: cannot be read ({type(error).__name__}: {error})")

    def load(self, path: Path) -> None:
        """Read all files."""
        if path.is_dir():
            found = (each for each in sorted(path.rglob("*")) if each.is_file())
            self.files = {each.relative_to(path).as_posix(): each.read_bytes() for each in found}
            return
        try:
            with zipfile.ZipFile(path) as package:
                names = package.namelist()
                expect(len(set(names)) == len(names), "a file is there twice")
                self.files = {name: package.read(name) for name in names}
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            RuntimeError,
        ) as error:  # also what is not implemented
            raise Wrong(f"expected a whole ZIP file: {error}") from None

    def check(self, trusted: str | None = None) -> Package:
        """Check everything; ``trusted`` is the log's key as it is known from elsewhere."""
        self.guard("manifest.json", self.check_manifest)
        self.guard("keys.json", lambda: self.check_keys(trusted))
        self.guard("manifest.note", self.check_signature)
        self.guard("checkpoints", self.check_checkpoints)
        self.guard("records.jsonl", self.check_records)
        self.guard("links.jsonl", self.check_links)
        return self

    def check_manifest(self) -> None:
        """Every file is there with its hash, and no other."""
        self.manifest = read_json(self.files["manifest.json"], "manifest.json")
        listed = self.manifest["files"]
        for name in sorted(set(listed) | set(self.files) - {"manifest.json", "manifest.note"}):
            found = hashlib.sha256(self.files[name]).hexdigest() if name in self.files else "nothing"
            if found != listed.get(name):
                self.findings.append(f"{name}: is not the file that the manifest lists")

    def check_keys(self, trusted: str | None) -> None:
        """The keys that the package is held against."""
        keys = read_json(self.files["keys.json"], "keys.json")
        self.origin = keys["origin"]
        self.log_keys = [Key(text) for text in keys["log"]]
        self.witnesses = [Key(text) for text in keys["witnesses"]]
        expect(all(key.type == b"\x01" for key in self.log_keys), "a key is no log's")
        expect(all(self.is_of_log(key.name) for key in self.log_keys), "a key is of another log")
        expect(all(key.type == b"\x04" for key in self.witnesses), "a key is no witness's")
        if trusted is not None:
            known = Key(trusted)
            same = [key for key in self.log_keys if key.type + key.public == known.type + known.public]
            self.log_keys = same if self.is_of_log(known.name) else []
            expect(self.log_keys, "the key that you trust is not among the package's")

    def is_of_log(self, name: str) -> bool:
        """Whether this is the log's name or that of one of its shards, such as log/2027."""
        return re.fullmatch(re.escape(self.origin) + r"(/[0-9]{4}(-[0-9]+)?)?", name) is not None

    def is_signed(self, name: str, text: str, signatures: Signatures) -> bool:
        """Whether a known key of that name signed."""
        return any([key.signed(text, signatures) for key in self.log_keys if key.name == name])

    def check_signature(self) -> None:
        """The log signed the manifest."""
        text, signatures = read_note(self.files["manifest.note"].decode())
        wanted = "yinji-records-export/v1\n{}\n".format(
            hashlib.sha256(self.files["manifest.json"]).hexdigest()
        )
        expect(text == wanted, "signs another manifest")
        expect(self.is_signed(self.origin, text, signatures), "no known key of the log signed it")

    def check_checkpoints(self) -> None:
        """The log signed the tree of each shard, one right behind the other."""
        trees: list[Tree] = []
        said = self.manifest
        for shard in said.get("shards") or [{"origin": said["origin"], "first": 1, "size": said["size"]}]:
            tree = Tree(shard, self.files)
            expect(not trees or tree.first == trees[-1].end + 1, "does not follow the shard before it")
            expect(self.is_of_log(tree.origin) and self.origin == said["origin"], "is of another log")
            is_signed = self.is_signed(tree.origin, tree.text, tree.signatures)
            expect(is_signed, "no known key of the log signed it")
            tree.signed_by = [key.name for key in self.witnesses if key.signed(tree.text, tree.signatures)]
            trees.append(tree)
        names = {name for name in self.files if name.startswith("checkpoints/")}
        expect(len(names) == len(trees) and said["size"] == trees[-1].end, "has another size")
        self.trees = trees

    def check_records(self) -> None:
        """Each record lies in the tree, and each opened body is what its record committed to."""
        lines = self.files["records.jsonl"].split(b"\n")
        expect(lines.pop() == b"", "expected a newline at the end")
        last = 0
        for line in lines:
            entry = read_json(line, "records.jsonl")
            number = entry["seq"]
            expect(isinstance(number, int) and number > last, f"expected growing numbers, found {number!r}")
            last = number
            self.records += 1
            self.wanted |= {f"proofs/{number}.tlog-proof", f"bodies/{number}.json"}
            self.guard(f"choice of record {number}", partial(self.check_choice, entry))
            self.guard(f"record {number}", partial(self.check_record, entry, line))
            self.previous = number
            self.guard(f"body of record {number}", partial(self.check_body, entry))
        expect(self.records == self.manifest["records"], f"expected {self.manifest['records']} records")

    def check_links(self) -> None:
        """Each shard ends with a record that names the next, which begins with one that names the tree before it.

        A witness of the last tree stands behind all of them where these links hold.
        """
        lines = self.files.get("links.jsonl", b"").split(b"\n")
        links = max(len(self.trees) - 1, 0)
        expect(lines.pop() == b"" and len(lines) == 2 * links, "expected two records for each link")
        for at in range(links):
            old, new = self.trees[at : at + 2]
            follows = {"origin": old.origin, "successor": new.origin}
            self.check_link(lines[2 * at], old.end, "log.frozen", follows)
            tree = {"size": old.size, "root": old.root.hex()}
            names = {"origin": new.origin, "predecessor": old.origin, **tree}
            self.check_link(lines[2 * at + 1], new.first, "log.opened", names)
        for name in sorted(each for each in self.files if each.startswith(("proofs/", "bodies/"))):
            expect(name in self.wanted, f"{name} belongs to no record")
        self.signed_by = self.trees[-1].signed_by if self.trees else []

    def check_link(self, line: bytes, number: int, kind: str, body: dict[str, Any]) -> None:
        """A record of the log about itself lies at its place, and says what it has to."""
        entry, name = read_json(line, "links.jsonl"), f"bodies/{number}.json"
        self.wanted |= {f"proofs/{number}.tlog-proof", name}
        expect((entry["seq"], entry["kind"]) == (number, kind), f"expected {kind} as record {number}")
        self.check_record(entry, line)
        opened = read_json(self.files[name], name)
        self.check_commitment(entry, opened)
        expect({**opened["body"], **body} == opened["body"], f"record {number} names another shard")

    def check_record(self, entry: dict[str, Any], line: bytes) -> None:
        """The proof leads from the entry's bytes to the signed root."""
        number = entry["seq"]
        expect(
            set(entry) == MEMBERS and entry["v"] == 1,
            "expected the members {}".format(", ".join(sorted(MEMBERS))),
        )
        (tree,) = [each for each in self.trees if each.first <= number <= each.end]
        proof = self.files[f"proofs/{number}.tlog-proof"].decode()
        first, _, checkpoint = proof.partition("\n\n")
        name, index, *path = first.split("\n")
        expect(name == "c2sp.org/tlog-proof@v1", "its proof is of another kind")
        expect(index == f"index {number - tree.first}", "its proof is of another leaf")
        expect(checkpoint == tree.checkpoint, "its proof names another checkpoint")
        leaf = hashlib.sha256(b"\x00" + line).digest()
        root = root_from(leaf, number - tree.first, tree.size, [decoded(each) for each in path])
        expect(root == tree.root, "is not in the tree that was signed")

    def check_choice(self, entry: dict[str, Any]) -> None:
        """The record is one of those that the package is of: of one subject, or of one year without a gap."""
        wanted, year = self.manifest["subject"], entry["at"][:4]
        if not wanted.startswith("year:"):
            expect(entry["subject"] == wanted, f"is about {entry['subject']!r}")
            return
        expect(wanted == f"year:{year}", f"is of the year {year}")
        expect(
            self.previous in (None, entry["seq"] - 1), f"comes after record {self.previous}: some are missing"
        )
        months = self.figures.setdefault(entry["kind"], [0] * 12)
        months[int(entry["at"][5:7]) - 1] += 1

    def check_body(self, entry: dict[str, Any]) -> None:
        """A body opens its record's commitment, or says why it is not shown."""
        name = f"bodies/{entry['seq']}.json"
        body = read_json(self.files[name], name)
        if "redacted" in body:
            expect(set(body) == {"redacted"} and body["redacted"] in ("personal", "erased"), "says no reason")
            self.erased += body["redacted"] == "erased"
            self.redacted += body["redacted"] == "personal"
            return
        self.check_commitment(entry, body)
        self.opened += 1

    def check_commitment(self, entry: dict[str, Any], body: dict[str, Any]) -> None:
        """A body is what its record committed to."""
        content = bytes.fromhex(body["salt"]) + canonical(body["body"])
        expect(set(body) == {"salt", "body"} and len(body["salt"]) == 64, "expected a salt and a body")
        expect(
            hashlib.sha256(b"\x02" + content).hexdigest() == entry["commitment"],
            "is not what was committed to",
        )

    def check_against(self, other: Package) -> None:
        """Two packages of one log must not show two trees of one size."""
        known = {(tree.origin, tree.size): tree.root for tree in other.trees}
        for tree in self.trees:
            if known.get((tree.origin, tree.size), tree.root) != tree.root:
                self.findings.append(
                    f"checkpoints: the log signed two trees of {tree.size} records: a split view"
                )

    def standing(self) -> str:
        """Who stands behind the checkpoint."""
        if not self.witnesses:
            return "not witnessed"
        return f"witnessed {len(self.signed_by)} of {len(self.witnesses)}"


NOT_SHOWN = (
    "Not shown by this: that the records are all there are of this work or year, and, without a witness, that the operator did not "
    "write and sign the whole log anew or show another one to others."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the package that is named, and say what was found."""
    parser = argparse.ArgumentParser(description="Check a package of records, offline.")
    parser.add_argument("package", help="the ZIP file, or a folder that it was unpacked into")
    parser.add_argument("--key", help="the log's verifier key as you know it from elsewhere")
    parser.add_argument("--against", help="another package of the same log")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if missing := [each for each in (options.package, options.against) if each and not Path(each).exists()]:
        parser.error(f"there is no file and no folder {missing[0]}")
    package = Package(options.package).check(options.key)
    if options.against:
        package.check_against(Package(options.against).check(options.key))
    told = {
        "intact": not package.findings,
        "records": package.records,
        "bodies": {"opened": package.opened, "redacted": package.redacted, "erased": package.erased},
        "standing": package.standing(),
        "checkpoint": package.trees[-1].end if package.trees else None,
        "figures": package.figures,
        "findings": package.findings,
    }
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
        return 1 if package.findings else 0
    for finding in package.findings:
        print(finding)
    shown = f"{package.opened} opened, {package.redacted} redacted, {package.erased} erased"
    counts = f"{package.records} records, {len(package.findings)} findings"
    print(f"{counts}; bodies: {shown}; {told['standing']}.")
    for kind, months in sorted(package.figures.items()):
        print(f"{kind}: {sum(months)} ({' '.join(map(str, months))})")
    print(NOT_SHOWN)
    return 1 if package.findings else 0


if __name__ == "__main__":
    sys.exit(main())
