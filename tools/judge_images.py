#!/usr/bin/env python3
"""What Pillow makes of damaged image files: refuses them, or decodes them to which pixels.

    java -cp target/test-classes:target/classes dev.quipu.vision.DamagedImages FOLDER
    tools/judge_images.py FOLDER src/test/resources/dev/quipu/vision/damaged-images.tsv

The first line, run in a compiled checkout, makes the files; they are the same each time. A line of the result has the
file's name, its hash, and `refused`, or the size of the picture and the hash of its pixels as convert("RGB") gives
them: the first eight bytes of SHA-256. Needs pillow==13.0.0, whose own libraries decide (libjpeg-turbo 3, libwebp 1.6).
"""

import hashlib
import sys
import warnings
from pathlib import Path

import PIL
from PIL import Image

VERSION = "13.0.0"


def main(folder, result):
    if PIL.__version__ != VERSION:
        sys.exit(f"pillow=={VERSION} is needed, this is {PIL.__version__}")
    warnings.simplefilter("ignore")
    files = sorted(Path(folder).iterdir())
    lines = [f"{file.name}\t{digest(file.read_bytes())}\t{verdict(file)}\n" for file in files]
    Path(result).parent.mkdir(parents=True, exist_ok=True)
    Path(result).write_text("".join(lines))
    print(f"{len(lines)} files, {sum(line.endswith('refused' + chr(10)) for line in lines)} refused")


def verdict(file):
    try:
        with Image.open(file, formats=("PNG", "JPEG", "WEBP", "GIF", "BMP")) as image:
            pixels = image.convert("RGB")
    except Exception:  # Pillow meets a damaged file with all kinds of them
        return "refused"
    return f"{pixels.width}x{pixels.height} {digest(pixels.tobytes())}"


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    main(*sys.argv[1:])
