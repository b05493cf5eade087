"""Files as generating programs write them, and files as cameras, editors and people do, built byte by byte."""

from __future__ import annotations

import io
import json
import zlib

from PIL import Image

from marking.marks.implicit_label import jpeg
from marking.media import MediaType, encode_picture
from tests.conftest import photograph
from tests.marking.verification.containers import (
    ASCII_CODE,
    COMMENT_TAG,
    UNICODE_CODE,
    comment,
    dataset,
    exif,
    hidden,
    png_of_pixels,
    with_chunks,
    with_exif,
    with_iptc,
    with_packet,
    with_samsung_blocks,
    with_segments,
    with_texts,
    xmp,
)

SMALL = photograph(24, 32)
PNG, JPEG, WEBP = (
    encode_picture(SMALL, media_type=each) for each in (MediaType.PNG, MediaType.JPEG, MediaType.WEBP)
)
DESCRIPTION, MAKE, MODEL, SOFTWARE, ARTIST, MAKER_NOTE = 0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x927C

SECRET = "a portrait of Jane Doe"
"""Words of a prompt, a name: nothing of them may be reported."""
UUID = "3f2b8c1e-90ab-4cde-8f01-23456789abcd"
URI = "http://cv.iptc.org/newscodes/digitalsourcetype/"
INFOTEXT = (
    f"{SECRET}\nNegative prompt: hands\nSteps: 20, Sampler: Euler a, Schedule type: Automatic, CFG scale: 7, Seed: 4242,"
    " Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Version: {version}"
)
WEB_UI, FORGE = INFOTEXT.format(version="v1.10.1"), INFOTEXT.format(version="f2.0.1v1.10.1-previous-665")
GRAPH = json.dumps({"3": {"inputs": {"seed": 4242, "text": SECRET}, "class_type": "KSampler"}})
WORKFLOW = json.dumps(
    {"last_node_id": 9, "last_link_id": 9, "nodes": [{"id": 3, "type": "KSampler"}], "links": []}
)
NOVELAI = json.dumps(
    {
        "prompt": SECRET,
        "steps": 28,
        "scale": 5.0,
        "uncond_scale": 0.0,
        "sampler": "k_euler",
        "noise_schedule": "karras",
    }
)
SWARM = json.dumps({"sui_image_params": {"prompt": SECRET, "seed": 4242, "swarm_version": "0.9.5"}})
FOOOCUS = json.dumps(
    {
        "base_model": "juggernaut",
        "base_model_hash": "aeb7e9e689",
        "prompt": SECRET,
        "metadata_scheme": "fooocus",
    }
)
RUINED = json.dumps({"Prompt": SECRET, "steps": 30, "software": "RuinedFooocus"})
DRAW_THINGS = json.dumps(
    {"c": SECRET, "uc": "", "model": "sd_v1.5", "sampler": "Euler a", "scale": 7, "seed": 4242, "steps": 30}
)
EASY = json.dumps(
    {"prompt": SECRET, "seed": 4242, "use_stable_diffusion_model": "sd-v1-4", "num_inference_steps": 25}
)
DREAM = f'"{SECRET}" -s50 -W512 -H512 -C7.5 -Ak_lms -S4242'
CIVITAI = json.dumps(
    {
        "resource-stack": {"class_type": "CheckpointLoaderSimple", "inputs": {}},
        "extraMetadata": json.dumps({"prompt": SECRET}),
    }
)
TENSOR_ART = json.dumps(
    {"prompt": SECRET, "baseModel": {"label": "x"}, "samplerName": "Euler", "seed": "4242"}
)
INVOKE = json.dumps(
    {"app_version": "5.6.0", "generation_mode": "txt2img", "positive_prompt": SECRET, "seed": 4242}
)
SPACE = json.dumps(
    {
        "prompt": SECRET,
        "negative_prompt": "",
        "resolution": "832 x 1216",
        "guidance_scale": 7,
        "num_inference_steps": 28,
        "seed": 4242,
    }
)
GROK = exif({DESCRIPTION: b"Signature: " + b"QUJD" * 80, ARTIST: UUID.encode()})
DREAMINA = json.dumps(
    {"aigc_info": {"aigc_label_type": 1, "source_info": SECRET}, "data": {"product": "dreamina"}}
)
MIDJOURNEY = f"{SECRET} --ar 3:2 --v 7.0 Job ID: {UUID}"


def element(name: str, value: str) -> bytes:
    """A packet with one property as an element."""
    return xmp(elements=f"<{name}>{value}</{name}>")


def source_type(value: str) -> bytes:
    return element("Iptc4xmpExt:DigitalSourceType", value)


def alternatives(name: str, value: str) -> bytes:
    return element(name, f'<rdf:Alt><rdf:li xml:lang="x-default">{value}</rdf:li></rdf:Alt>')


def saved(format_: str, block: bytes) -> bytes:
    """A picture as Pillow saves it with an EXIF block, which is how most programs do."""
    buffer = io.BytesIO()
    Image.fromarray(SMALL).save(buffer, format_, exif=b"Exif\0\0" + block)
    return buffer.getvalue()


def raw_profile(kind: str, block: bytes) -> bytes:
    """A PNG with a block in hexadecimal digits, as ImageMagick keeps it."""
    text = f"\n{kind}\n{len(block):8}\n{block.hex()}\n".encode()
    return with_chunks(PNG, (b"zTXt", f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(text)))


GENERATED: dict[str, tuple[bytes, str]] = {
    # Stable Diffusion web UI and the forks of it, modules/images.py: PNG text, EXIF comment, GIF comment.
    "web UI, PNG": (with_texts(PNG, parameters=WEB_UI), "Stable Diffusion web UI"),
    "web UI, PNG iTXt": (with_chunks(PNG, (b"iTXt", b"parameters\0\0\0\0\0" + WEB_UI.encode())), "Stable Diffusion web UI"),
    "web UI, PNG zTXt": (with_chunks(PNG, (b"zTXt", b"parameters\0\0" + zlib.compress(WEB_UI.encode()))), "Stable Diffusion web UI"),
    "web UI, JPEG": (saved("JPEG", comment(WEB_UI)), "Stable Diffusion web UI"),
    "web UI, WebP": (saved("WEBP", comment(WEB_UI)), "Stable Diffusion web UI"),
    "web UI, JPEG in little-endian letters": (with_exif(JPEG, comment(WEB_UI, encoding="utf-16-le")), "Stable Diffusion web UI"),
    "web UI, JPEG big-endian in a little block": (with_exif(JPEG, comment(WEB_UI, order="<")), "Stable Diffusion web UI"),
    "web UI, JPEG in ASCII": (with_exif(JPEG, comment(WEB_UI, ASCII_CODE, "ascii")), "Stable Diffusion web UI"),
    "web UI, JPEG without a code": (with_exif(JPEG, comment(WEB_UI, b"", "utf-8")), "Stable Diffusion web UI"),
    "web UI, JPEG comment": (with_segments(JPEG, (0xFE, WEB_UI.encode())), "Stable Diffusion web UI"),
    "web UI, ImageMagick": (raw_profile("exif", b"Exif\0\0" + comment(WEB_UI)), "Stable Diffusion web UI"),
    "Forge, PNG": (with_texts(PNG, parameters=FORGE), "Stable Diffusion web UI"),
    "Forge, JPEG": (with_exif(JPEG, comment(FORGE)), "Stable Diffusion web UI"),
    "SD.Next, WebP": (with_exif(WEBP, comment(INFOTEXT.format(version="1") + ", App: SD.Next")), "SD.Next"),
    "Civitai, JPEG": (with_exif(JPEG, comment(WEB_UI + ', Civitai resources: [{"modelName":"x"}]')), "Civitai"),
    "Civitai, graph": (with_exif(JPEG, comment(CIVITAI)), "Civitai"),
    "ComfyUI, PNG": (with_texts(PNG, prompt=GRAPH, workflow=WORKFLOW), "ComfyUI"),
    "ComfyUI, PNG graph only": (with_texts(PNG, prompt=GRAPH), "ComfyUI"),
    "ComfyUI, WebP make and model": (saved("WEBP", exif({MAKE: b"workflow:" + WORKFLOW.encode(), MODEL: b"prompt:" + GRAPH.encode()})), "ComfyUI"),
    "ComfyUI, JPEG description": (with_exif(JPEG, exif({DESCRIPTION: b"Workflow: " + WORKFLOW.encode(), MAKE: b"Prompt: " + GRAPH.encode()})), "ComfyUI"),
    "ComfyUI, JPEG comment": (with_exif(JPEG, comment('{"prompt": ' + GRAPH + ', "workflow": ' + WORKFLOW + "}")), "ComfyUI"),
    "ComfyUI, comment in the first directory": (with_exif(WEBP, exif({DESCRIPTION: GRAPH.encode()})), "ComfyUI"),
    "InvokeAI, PNG": (with_texts(PNG, invokeai_metadata=INVOKE, invokeai_graph="{}"), "InvokeAI"),
    "InvokeAI 2, PNG": (with_chunks(PNG, (b"tEXt", b"sd-metadata\0" + b'{"model_weights": "sd", "app_id": "x"}')), "InvokeAI"),
    "InvokeAI 1, PNG": (with_texts(PNG, Dream=DREAM), "InvokeAI"),
    "InvokeAI, JPEG": (with_exif(JPEG, comment(INVOKE, ASCII_CODE, "utf-8")), "InvokeAI"),
    "NovelAI, PNG": (with_texts(PNG, Title="NovelAI generated image", Software="NovelAI", Source="NovelAI Diffusion V4 4F49EC75", Comment=NOVELAI, Description=SECRET), "NovelAI"),
    "NovelAI of 2022, PNG": (with_texts(PNG, Title="AI generated image", Source="Stable Diffusion 81274D13"), "NovelAI"),
    "NovelAI, comment only": (with_texts(PNG, Comment=NOVELAI), "NovelAI"),
    "NovelAI, WebP": (with_exif(WEBP, comment(json.dumps({"Software": "NovelAI", "Comment": NOVELAI}), ASCII_CODE, "utf-8")), "NovelAI"),
    "NovelAI, alpha": (png_of_pixels(hidden(b"stealth_pngcomp")), "Stable Diffusion"),
    "stealth, alpha": (png_of_pixels(hidden(b"stealth_pnginfo")), "Stable Diffusion"),
    "stealth, colours": (png_of_pixels(hidden(b"stealth_rgbcomp", channels=3)), "Stable Diffusion"),
    "stealth, colours beside alpha": (png_of_pixels(hidden(b"stealth_rgbinfo")), "Stable Diffusion"),
    "stealth, low picture": (png_of_pixels(hidden(b"stealth_pngcomp", height=16, width=90)), "Stable Diffusion"),
    "Fooocus, PNG": (with_texts(PNG, parameters=FOOOCUS, fooocus_scheme="fooocus"), "Fooocus"),
    "Fooocus, JPEG": (with_exif(JPEG, exif({SOFTWARE: b"Fooocus v2.5.5", MAKER_NOTE: b"fooocus", COMMENT_TAG: UNICODE_CODE + FOOOCUS.encode("utf-16-be")})), "Fooocus"),
    "Fooocus, WebP": (with_exif(WEBP, comment(FOOOCUS, ASCII_CODE, "utf-8")), "Fooocus"),
    "RuinedFooocus, PNG": (with_texts(PNG, parameters=RUINED), "Fooocus"),
    "SwarmUI, PNG": (with_texts(PNG, parameters=SWARM), "SwarmUI"),
    "SwarmUI, JPEG": (with_exif(JPEG, comment(SWARM)), "SwarmUI"),
    "Easy Diffusion, PNG": (with_texts(PNG, prompt=SECRET, use_stable_diffusion_model="sd-v1-4", seed="4242"), "Easy Diffusion"),
    "Easy Diffusion, JPEG": (with_exif(JPEG, comment(EASY)), "Easy Diffusion"),
    "Draw Things, PNG": (with_packet(PNG, xmp('xmp:CreatorTool="Draw Things"', f"<exif:UserComment><rdf:Alt><rdf:li>{DRAW_THINGS.replace('<', '')}</rdf:li></rdf:Alt></exif:UserComment>")), "Draw Things"),
    "Draw Things, comment only": (with_packet(JPEG, alternatives("exif:UserComment", DRAW_THINGS)), "Draw Things"),
    "DiffusionBee, PNG": (with_texts(PNG, Software="DiffusionBee 2.5"), "DiffusionBee"),
    "Tensor.Art, PNG": (with_texts(PNG, generation_data=TENSOR_ART), "Tensor.Art"),
    "Stability Matrix, PNG": (with_chunks(PNG, (b"tEXt", b"parameters-json\0{}"), (b"tEXt", b"smproj\0{}")), "Stability Matrix"),
    "NMKD, PNG": (with_texts(PNG, NMKDiffusion='{"prompt": "x", "initStrengthImg": 0, "sampler": "k"}'), "NMKD Stable Diffusion"),
    "demonstration, PNG": (with_texts(PNG, parameters=SPACE), "Stable Diffusion"),
    "Stability API, PNG": (with_texts(PNG, Software="Stability AI"), "Stability AI"),
    "FLUX, JPEG": (saved("JPEG", exif({SOFTWARE: b"AI generated;txt2img;flux", MAKE: b"Black Forest Labs", MODEL: b"flux-dev", DESCRIPTION: SECRET.encode()})), "FLUX"),
    "Midjourney, PNG": (with_texts(PNG, Description=MIDJOURNEY, Author="Jane Doe"), "Midjourney"),
    "Midjourney, WebP description": (with_exif(WEBP, exif({DESCRIPTION: MIDJOURNEY.encode()})), "Midjourney"),
    "Midjourney, XMP description": (with_packet(JPEG, alternatives("dc:description", MIDJOURNEY)), "Midjourney"),
    "Grok, JPEG": (with_exif(JPEG, GROK), "Grok"),
    "Ideogram, JPEG": (with_exif(JPEG, exif({MAKE: b"Ideogram AI"})), "Ideogram"),
    "Leonardo, JPEG": (with_exif(JPEG, exif({SOFTWARE: b"Leonardo.Ai"})), "Leonardo"),
    "Recraft, WebP": (with_packet(WEBP, xmp('xmp:CreatorTool="Recraft"')), "Recraft"),
    "Playground, PNG": (with_texts(PNG, Software="Playground AI"), "Playground"),
    "Luma, PNG": (with_texts(PNG, Source="Luma AI", Comment="Generated by Luma AI's Uni-1 model (https://lumalabs.ai)"), "Luma"),
    "DALL·E, PNG": (with_texts(PNG, Software="DALL-E 3"), "DALL·E"),
    "Bing, JPEG": (with_exif(JPEG, exif({SOFTWARE: b"Bing Image Creator"})), "Bing Image Creator"),
    "Adobe Firefly, JPEG": (with_packet(JPEG, xmp('xmp:CreatorTool="Adobe Firefly"')), "Adobe Firefly"),
    "Firefly in Photoshop's history": (with_packet(JPEG, xmp(elements='<xmpMM:History xmlns:xmpMM="m"><rdf:Seq><rdf:li stEvt:softwareAgent="Adobe Firefly 3"/></rdf:Seq></xmpMM:History>')), "Adobe Firefly"),
    "Dreamina, JPEG": (with_exif(JPEG, comment(DREAMINA, ASCII_CODE, "utf-8")), "Jimeng"),
    "Gemini, PNG": (with_packet(PNG, xmp('photoshop:Credit="Made with Google AI"', f"<Iptc4xmpExt:DigitalSourceType>{URI}trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>")), "Google AI"),
    "Imagen, JPEG IPTC": (with_iptc(JPEG, dataset(110, b"Made with Google AI")), "Google AI"),
    "Pixel Magic Editor, JPEG": (with_packet(JPEG, xmp(f'photoshop:Credit="Edited with Google AI" Iptc4xmpExt:DigitalSourceType="{URI}compositeWithTrainedAlgorithmicMedia"')), "Google AI"),
    "Meta AI, JPEG": (with_iptc(JPEG, dataset(110, b"Imagined with AI")), "Meta AI"),
    "Apple Clean Up, JPEG": (with_packet(JPEG, element("photoshop:Credit", "Apple Photos Clean Up")), "Apple Photos"),
    "Apple Image Playground, JPEG": (with_packet(JPEG, element("photoshop:Credit", "Apple Image Playground")), "Apple Image Playground"),
    "Galaxy AI, JPEG": (with_samsung_blocks(JPEG, ("Image_UTC_Data", b"1700000000000"), ("PhotoEditor_Re_Edit_Data", b'{"originalPath":"/x","genAIType":2}')), "Galaxy AI"),
    "IPTC 2025 disclosure": (with_packet(WEBP, xmp('Iptc4xmpExt:AISystemUsed="Midjourney"')), "Midjourney"),
}  # fmt: skip
"""By program and form: the file, and the family that must be named."""

DECLARED: dict[str, tuple[bytes, str]] = {
    "Midjourney, WebP": (with_packet(WEBP, source_type(URI + "trainedAlgorithmicMedia")), "trainedAlgorithmicMedia"),
    "Meta AI, attribute": (with_packet(JPEG, xmp(f'Iptc4xmpExt:DigitalSourceType="{URI}trainedAlgorithmicMedia"')), "trainedAlgorithmicMedia"),
    "resource": (with_packet(JPEG, xmp(elements=f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{URI}trainedAlgorithmicMedia"/>')), "trainedAlgorithmicMedia"),
    "https": (with_packet(PNG, source_type("https://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")), "trainedAlgorithmicMedia"),
    "term alone": (with_packet(PNG, source_type("trainedAlgorithmicMedia")), "trainedAlgorithmicMedia"),
    "QCode": (with_packet(PNG, source_type("digsrctype:trainedAlgorithmicMedia")), "trainedAlgorithmicMedia"),
    "spelt out": (with_packet(PNG, source_type("Trained Algorithmic Media")), "trainedAlgorithmicMedia"),
    "printed name": (with_packet(JPEG, alternatives("Iptc4xmpExt:DigitalSourceType", "Created using Generative AI")), "trainedAlgorithmicMedia"),
    "C2PA's own": (with_packet(PNG, source_type("http://c2pa.org/digitalsourcetype/trainedAlgorithmicData")), "trainedAlgorithmicData"),
    "Photoshop generative fill": (with_packet(JPEG, source_type(URI + "compositeWithTrainedAlgorithmicMedia")), "compositeWithTrainedAlgorithmicMedia"),
    "composite": (with_packet(JPEG, source_type(URI + "compositeSynthetic")), "compositeSynthetic"),
    "damaged packet": (with_packet(JPEG, source_type(URI + "trainedAlgorithmicMedia").replace(b"</rdf:RDF>", b"")), "trainedAlgorithmicMedia"),
    "damaged packet, attribute": (with_packet(JPEG, xmp(f"Iptc4xmpExt:DigitalSourceType='{URI}trainedAlgorithmicMedia'")[:-30]), "trainedAlgorithmicMedia"),
    "ImageMagick": (raw_profile("xmp", source_type(URI + "trainedAlgorithmicMedia")), "trainedAlgorithmicMedia"),
    "extended packet": (with_segments(JPEG, (jpeg.APP1, jpeg.EXTENDED_XMP_HEADER + b"A" * 32 + len(source_type("trainedAlgorithmicMedia")).to_bytes(4, "big") + bytes(4) + source_type("trainedAlgorithmicMedia"))), "trainedAlgorithmicMedia"),
}  # fmt: skip
"""By form: a file whose IPTC digital source type says "generated", and the term."""

CAMERA = exif(
    {
        MAKE: b"Canon",
        MODEL: b"Canon EOS R5",
        SOFTWARE: b"Firmware Version 1.8.1",
        ARTIST: b"Jane Doe",
        COMMENT_TAG: ASCII_CODE + b" " * 40,
    }
)

OTHERS: dict[str, bytes] = {
    "bare PNG": PNG,
    "bare JPEG": JPEG,
    "bare WebP": WEBP,
    "camera": with_exif(JPEG, CAMERA),
    "camera with a maker note": with_exif(JPEG, exif({MAKE: b"NIKON CORPORATION", MAKER_NOTE: b"Nikon\0\2\x10"})),
    "phone": with_exif(JPEG, exif({MAKE: b"Apple", MODEL: b"iPhone 17 Pro", SOFTWARE: b"26.1"})),
    "Leica": with_exif(JPEG, exif({MAKE: b"Leica Camera AG", MODEL: b"LEICA Q3", DESCRIPTION: b"Leonardo at the playground"})),
    "Photoshop": with_packet(with_exif(JPEG, exif({SOFTWARE: b"Adobe Photoshop 25 (Windows)"})), xmp('xmp:CreatorTool="Adobe Photoshop 25.0 (Windows)"')),
    "Photoshop's history": with_packet(JPEG, xmp(elements='<xmpMM:History xmlns:xmpMM="m"><rdf:Seq><rdf:li stEvt:softwareAgent="Adobe Photoshop 27.0 (Macintosh)"/></rdf:Seq></xmpMM:History>')),
    "Lightroom": with_packet(JPEG, xmp('xmp:CreatorTool="Adobe Lightroom 9.1 (Macintosh)"', "<Iptc4xmpExt:DigitalSourceType>" + URI + "digitalCapture</Iptc4xmpExt:DigitalSourceType>")),
    "GIMP": with_texts(with_exif(PNG, exif({SOFTWARE: b"GIMP 3.0.4"})), Comment="Created with GIMP", Software="GIMP 3.0.4"),
    "Snapseed": with_exif(JPEG, exif({SOFTWARE: b"Snapseed 2.0"})),
    "Canva": with_packet(PNG, xmp('xmp:CreatorTool="Canva"')),
    "screenshot of macOS": with_packet(with_exif(PNG, exif({COMMENT_TAG: ASCII_CODE + b"Screenshot"})), alternatives("exif:UserComment", "Screenshot")),
    "screenshot of GNOME": with_texts(PNG, Software="gnome-screenshot", **{"Creation Time": "2026-11-22"}),
    "caption about Midjourney": with_packet(JPEG, alternatives("dc:description", "Midjourney and Stable Diffusion compared, a slide of my talk")),
    "caption about ComfyUI": with_exif(JPEG, exif({DESCRIPTION: b"How to use ComfyUI: prompt, workflow and nodes"})),
    "title of a book": with_texts(PNG, Title="Midjourney: An AI generated image of the world", Description="Photograph of a book", Author="Midjourney Press"),
    "ordinary comment": with_exif(JPEG, comment("Our holiday in Lisbon, steps: many")),
    "comment in Japanese": with_exif(JPEG, comment("東京の夜景", b"JIS\0\0\0\0\0", "iso2022_jp")),
    "comment of JSON": with_exif(JPEG, comment('{"prompt": "name of the guest", "seed": "tomato", "nodes": []}', ASCII_CODE, "ascii")),
    "parameters of a plotter": with_texts(PNG, parameters="Steps: 200, Speed: 30 mm/s, Seed: tomato", prompt="Please enter a value", Comment="Steps: 1, 2, 3"),
    "parameters as JSON": with_texts(PNG, parameters='{"learning_rate": 0.1, "steps": 500, "seed": 1}', workflow="scan, crop, save", prompt='{"question": "?"}'),
    "order of a printer": with_segments(JPEG, (0xFE, f"Print order 4411, Job ID: {UUID}".encode())),
    "order of a printer in a description": with_texts(PNG, Description=f"Print order 4411, Job ID: {UUID}, two copies"),
    "workflow of n8n": with_texts(PNG, workflow='{"nodes": [{"name": "Start", "type": "n8n-nodes-base.start"}], "connections": {}}'),
    "AI denied": with_packet(JPEG, xmp('Iptc4xmpExt:AISystemUsed="None" Iptc4xmpExt:AIPromptInformation="n/a"')),
    "viewer of ideograms": with_exif(JPEG, exif({SOFTWARE: b"Ideogram Font Viewer 2"})),
    "Photoshop without Firefly": with_exif(JPEG, exif({SOFTWARE: b"Adobe Photoshop 25.0 (not Adobe Firefly)"})),
    "a dream diary": with_texts(PNG, Dream="I was flying -- over the sea", Source="Stable Diffusion of heat in metals", Comment="Job ID: 1234 at the printer's"),
    "credit of an agency": with_iptc(JPEG, dataset(110, b"Jane Doe/Agency via Getty"), dataset(40, b"Not made with Google AI"), dataset(115, b"Midjourney Stories")),
    "Facebook's instructions": with_iptc(JPEG, dataset(40, b"FBMD0a000a6d010000c2010000"), dataset(65, b"Facebook")),
    "algorithmic media": with_packet(PNG, source_type(URI + "algorithmicMedia")),
    "algorithmically enhanced": with_packet(JPEG, source_type(URI + "algorithmicallyEnhanced")),
    "computational capture": with_packet(JPEG, source_type(URI + "computationalCapture")),
    "composite of captures": with_packet(JPEG, source_type(URI + "compositeCapture")),
    "text in place of a term": with_packet(JPEG, source_type("Not created using generative AI")),
    "edited on a Galaxy": with_samsung_blocks(JPEG, ("PhotoEditor_Re_Edit_Data", b'{"originalPath":"/x","genAIType":0,"representativeFrameLoc":-1}')),
    "a Galaxy's other blocks": with_samsung_blocks(JPEG, ("Image_UTC_Data", b'"genAIType":2'), ("MCC_Data", b"310")),
    "description with a signature": with_exif(JPEG, exif({DESCRIPTION: b"Signature: Jane Doe", ARTIST: UUID.encode()})),
    "number for an artist": with_exif(JPEG, exif({DESCRIPTION: b"Sunset", ARTIST: UUID.encode()})),
    "noise": png_of_pixels(hidden(b"stealth-pnginfo")),
    "Spanish editor": with_exif(JPEG, exif({SOFTWARE: b"Editor de imagen 3"})),
    "matplotlib": with_texts(PNG, Software="Matplotlib version3.9.2, https://matplotlib.org/"),
    "an editor's AI features": with_exif(JPEG, exif({SOFTWARE: b"Topaz Photo AI 3.5"})),
    "kilns and krea": with_exif(JPEG, exif({SOFTWARE: b"Kreativ Studio", MAKE: b"Klingler"})),
}  # fmt: skip
"""Files of cameras, editors and people: no trace is in them."""
