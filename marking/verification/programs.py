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

_NAMES = re.compile(
    r"(?<![a-z])(?:" + "|".join(map(re.escape, sorted(PROGRAM_NAMES, key=len, reverse=True))) + r")(?![a-z])"
)
_GENERATED_SOFTWARE = re.compile(r"ai generated;[a-z0-9]{1,40};flux")  # black-forest-labs/flux, save_image


def program_family(program: str) -> str:
    """Return the family of the program that a field for names names; empty if it is none that generates."""
    folded = program[:LONGEST_NAME].casefold()
    if _GENERATED_SOFTWARE.match(folded):
        return "FLUX"
    found = _NAMES.search(folded)
    return PROGRAM_NAMES[found[0]] if found is not None else ""


def credit_family(credit: str) -> str:
    """Return the family that a credit line names by the phrase it puts there; empty for anybody else's."""
    folded = credit[:LONGEST_NAME].strip().casefold()
    return next((family for phrase, family in CREDITS if phrase.match(folded)), "")
