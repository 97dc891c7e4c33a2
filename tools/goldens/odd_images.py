"""Image cases of many files each, of sizes that no one would choose: lossless formats must be exact at all of them."""

import numpy as np
from PIL import Image

from .checkpoints import generator
from .images import encoded, gemma, picture, pixtral, write

# name: (suffix, how a picture is stored, whether it comes back exactly)
FORMATS = {
    "png": ("png", {}, True),
    "webp-lossless": ("webp", {"lossless": True, "exact": True}, True),
    "gif": ("gif", {}, True),
    "bmp": ("bmp", {}, True),
    "jpeg": ("jpg", {"quality": 80}, False),
    "webp": ("webp", {"quality": 70}, False),
}


def write_all(suite):
    for name, (suffix, options, exact) in FORMATS.items():
        for processor, settings, count in (
            ("gemma3", gemma(stride=2, lossy=not exact), 12),
            ("pixtral", pixtral(edge=64, stride=4, lossy=not exact), 6),
        ):
            files = [file(f"{name} {processor} {i}", i, suffix, options) for i in range(count)]
            about = f"Fails if {name} files of odd sizes are not read as Pillow does."
            write(suite, f"px-{name}-{processor}", about, files, **settings)
    files = [file(f"lanczos {i}", i, "png", {}) for i in range(8)]
    about = "Fails if Pillow's Lanczos filter is not reproduced."
    write(suite, "px-lanczos", about, files, **gemma(size=37, resample=1))


def file(name, index, suffix, options):
    random = generator("odd image " + name, 0)
    width, height = (int(side) for side in random.integers(1, 110, 2))
    image = stored(picture(name, width, height), index, suffix)
    if suffix == "jpg":
        options = options | {"subsampling": index % 3, "progressive": index % 2 == 1}
    return f"{index:02d}.{suffix}", encoded(image, suffix, **options)[1]


def stored(image, index, suffix):
    """The picture in one of the kinds that the format has."""
    if suffix == "gif":
        return image.quantize((2, 7, 40, 255)[index % 4], dither=Image.Dither.NONE)
    if suffix in ("png", "bmp") and index % 4 == 1:
        return image.quantize(50, dither=Image.Dither.NONE)
    if suffix in ("png", "bmp", "jpg") and index % 4 == 2:
        return image.convert("L")
    if suffix in ("png", "webp") and index % 4 == 3:
        pixels = np.array(image)
        return Image.fromarray(np.dstack([pixels, pixels[::-1, :, 1]]), "RGBA")
    return image
