"""Names that generating programs and services give themselves where a file names its maker. Pure.

Only fields for names are compared (PNG ``Software``, EXIF ``Software`` and ``Make``, XMP ``CreatorTool`` and the
like), never captions: a text may speak of a program without being made by it.
"""

from __future__ import annotations

import re

LONGEST_NAME = 200
"""Characters of a program's name that are looked at."""

PROGRAM_NAMES = {
    "adobe firefly": "Adobe Firefly",
    "apple image playground": "Apple Image Playground",
    "image playground": "Apple Image Playground",
    "automatic1111": "Stable Diffusion web UI",
    "bing image creator": "Bing Image Creator",
    "image creator from microsoft": "Bing Image Creator",
    "black forest labs": "FLUX",
    "chatgpt": "ChatGPT",
    "civitai": "Civitai",
    "comfyui": "ComfyUI",
    "craiyon": "Craiyon",
    "dall-e": "DALL·E",
    "dall·e": "DALL·E",
    "diffusionbee": "DiffusionBee",
    "doubao": "Doubao",
    "豆包": "Doubao",
    "draw things": "Draw Things",
    "dreamina": "Jimeng",
    "jimeng": "Jimeng",
    "即梦": "Jimeng",
    "dreamstudio": "Stability AI",
    "stability ai": "Stability AI",
    "stable image ultra": "Stability AI",
    "stable image core": "Stability AI",
    "easy diffusion": "Easy Diffusion",
    "fal-ai": "fal.ai",
    "fal.ai": "fal.ai",
    "fooocus": "Fooocus",
    "gpt-image-1": "ChatGPT",
    "grok imagine": "Grok",
    "hunyuan image": "Hunyuan",
    "ideogram": "Ideogram",
    "ideogram ai": "Ideogram",
    "invokeai": "InvokeAI",
    "kling ai": "Kling",
    "可灵": "Kling",
    "krea ai": "Krea",
    "leonardo.ai": "Leonardo",
    "leonardo ai": "Leonardo",
    "luma ai": "Luma",
    "meta ai": "Meta AI",
    "midjourney": "Midjourney",
    "nano banana": "Gemini",
    "nightcafe": "NightCafe",
    "novelai": "NovelAI",
    "openai": "OpenAI",
    "playground ai": "Playground",
    "playgroundai": "Playground",
    "playground.com": "Playground",
    "qwen-image": "Qwen",
    "通义万相": "Wan",
    "recraft": "Recraft",
    "reve.com": "Reve",
    "ruinedfooocus": "Fooocus",
    "sd.next": "SD.Next",
    "seaart": "SeaArt",
    "stable diffusion": "Stable Diffusion",
    "swarmui": "SwarmUI",
    "stableswarmui": "SwarmUI",
    "tensor.art": "Tensor.Art",
    "tensorart": "Tensor.Art",
}
"""By the name in lower case: the family that is reported."""

CREDITS = (
    (re.compile(r"(?:made|edited|created|generated) (?:with|by|using) google ai\b"), "Google AI"),
    (re.compile(r"imagined with ai\b"), "Meta AI"),
    (re.compile(r"apple photos (?:clean up|generative edit)\b"), "Apple Photos"),
    (re.compile(r"(?:made with )?(?:apple )?image playground\b"), "Apple Image Playground"),
)
"""What a credit line begins with, in lower case. Google and Apple write it into pictures that they made or edited."""

COMMON_WORDS = frozenset({"draw things", "ideogram", "image playground", "recraft", "可灵", "豆包"})
"""Names that are words as well: others may name a program for them, such as a viewer of ideograms."""

_NAMES = re.compile(
    r"[\W_]{0,4}(?:(?:made|created|generated) (?:with|by|in|using) )?(?:(?:bytedance|google|microsoft)(?:'s)? )?"
    r"(" + "|".join(map(re.escape, sorted(PROGRAM_NAMES, key=len, reverse=True))) + r")(?:(?![a-z])|(?=ai\b))"
)
"""A name, at the beginning, alone or behind what its makers put there: a phrase, their own name."""
_BEHIND_COMMON_WORD = re.compile(r"\s*(?:$|ai\b|[v_]{0,2}\d|version\b|[^\w\s])")
DENIALS = frozenset(
    {
        "", "-", "--", "---", "–", "—", "/", "0", "false", "n", "n.a", "n/a", "na", "nil", "no", "no ai", "no ai used", "none",
        "none used", "not applicable", "not used", "null", "无", "没有", "否", "不适用", "未使用",
    }
)  # fmt: skip
"""What people and programs put into a field to say that it does not concern the picture, in lower case."""

_GENERATED_SOFTWARE = re.compile(r"ai generated;[a-z0-9]{1,40};flux")  # black-forest-labs/flux, save_image


def program_family(program: str) -> str:
    """Return the family of the program that a field for names names; empty if it is none that generates.

    The name begins the field, or a line of it: further on it may be what the program is not, or what it works beside.
    """
    folded = program[:LONGEST_NAME].casefold()
    if _GENERATED_SOFTWARE.match(folded):
        return "FLUX"
    return next(filter(None, map(_named_first, folded.split("\n"))), "")


def _named_first(line: str) -> str:
    found = _NAMES.match(line)
    if found is None:
        return ""
    if found[1] in COMMON_WORDS and _BEHIND_COMMON_WORD.match(line, found.end()) is None:
        return ""
    return PROGRAM_NAMES[found[1]]


def is_denial(text: str) -> bool:
    """Whether a field is filled in only to say that there is nothing to say, such as "None" or "n/a"."""
    return all(line.strip().strip(".!").strip().casefold() in DENIALS for line in text.split("\n"))


def credit_family(credit: str) -> str:
    """Return the family that a credit line names by the phrase it puts there; empty for anybody else's."""
    folded = credit[:LONGEST_NAME].strip().casefold()
    return next((family for phrase, family in CREDITS if phrase.match(folded)), "")
