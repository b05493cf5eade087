"""A Markdown file of sections, of which some are measured anew."""

from collections.abc import Mapping


def updated(document: str, sections: Mapping[str, str]) -> str:
    """The document with the bodies of sections, by heading, put in place of the old ones; new ones at its end.

    A section begins with a line ``## heading`` and reaches to the next such line. All others stay as they are.
    """
    intro, *old = f"\n{document.strip()}".split("\n## ")
    held = {heading: body.strip() for heading, _, body in (each.partition("\n") for each in old)}
    parts = [f"## {heading}\n\n{body.strip()}" for heading, body in {**held, **sections}.items()]
    return "\n\n".join(part for part in (intro.strip(), *parts) if part) + "\n"
