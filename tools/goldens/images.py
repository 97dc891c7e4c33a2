"""The image cases: files of every kind a chat may bring, and what Pillow and the processors of mlx-vlm make of them."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

from .checkpoints import generator

EXACT = {"atol": 2e-5, "rtol": 0.0}
LOSSY = {  # levels anywhere, and on average
    "jpg": (4, 0.5, "decoders of JPEG may differ by a few levels"),
    "webp": (12, 1.5, "decoders of lossy WebP may enlarge the colour planes in another way"),
}
DEFAULTS = ("do_resize", "resample", "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std")
MEAN, STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def write_all(suite):
    for case in (gemma_cases, pixtral_cases):
        for name, about, files, settings in case():
            write(suite, name, about, files, **settings)


def gemma_cases():
    """(name, what would fail, [(file name, bytes)], settings) of the cases with Gemma 3's processor."""
    small, wide, tall = picture("small", 40, 30), picture("wide", 61, 20), picture("tall", 19, 64)
    yield one(
        "gemma3-odd", "Pillow's antialiased bilinear resize with 8-bit intermediates is not reproduced", png(small)
    )
    yield one("gemma3-wide", "the aspect ratio is kept", png(wide))
    yield one("gemma3-tall", "height and width are swapped", png(tall))
    yield one("gemma3-same", "an image of the right size is changed", png(picture("same", 28, 28)))
    yield one("gemma3-pixel", "a single pixel cannot be enlarged", png(picture("pixel", 1, 1)))
    yield one("gemma3-line", "a line of pixels cannot be resized", png(picture("line", 200, 1)))
    yield one("gemma3-shrink", "the filter is not widened when shrinking", png(picture("shrink", 331, 207)), size=42)
    yield one("gemma3-large", "the real size of 896 is not exact", png(picture("large", 120, 73)), size=896, stride=23)
    yield one("gemma3-edges", "sums beyond 0 and 255 are not clipped", png(checkers(47, 35)))
    for number in range(1, 9):
        told = f"EXIF orientation {number} is not undone"
        yield one(f"gemma3-exif-{number}", told, jpeg(small, exif=orientation(number)), lossy=True, exif=True)
    yield one("gemma3-exif-off", "EXIF is obeyed although nobody asked", jpeg(tall, exif=orientation(6)), lossy=True)
    yield one("gemma3-exif-png", "the eXIf chunk of a PNG is ignored", png(tall, exif=orientation(8)), exif=True)
    for kind, about, file in formats(small):
        yield one(
            f"gemma3-{kind}", about, file, lossy=kind.split("-")[0] in ("jpeg", "webp") and "lossless" not in kind
        )
    two = [("0.png", png(wide)[1]), ("1.png", png(tall)[1])]
    yield "gemma3-two", "Fails if several images are not in order.", two, gemma()
    crops = {
        "do_pan_and_scan": True,
        "pan_and_scan_min_crop_size": 16,
        "pan_and_scan_max_num_crops": 4,
        "pan_and_scan_min_ratio_to_activate": 1.2,
    }
    for kind, size in {
        "wide": (85, 33),
        "tall": (24, 119),
        "square": (50, 45),
        "many": (200, 20),
        "narrow": (90, 15),
        "half": (75, 30),
    }.items():
        yield one(
            f"gemma3-crops-{kind}",
            "pan and scan makes other crops, or in another order",
            png(picture("crops", *size)),
            **crops,
        )
    yield one(
        "gemma3-means",
        "the mean is taken for the deviation, or one channel's for another's",
        png(small),
        image_mean=[0.4, 0.5, 0.6],
        image_std=[0.2, 0.3, 0.25],
    )
    yield one("gemma3-defaults", "what the config leaves out has another default", png(small), absent=DEFAULTS)
    palette = small.quantize(32, dither=Image.Dither.NONE)
    yield one("gemma3-gif-beside", "beside a frame is not the first colour", off_screen(encoded(palette, "gif")))
    yield one(
        "gemma3-gif-beside-transparent",
        "beside a frame is not the transparent colour",
        off_screen(encoded(palette, "gif", transparency=3)),
    )
    files = [("0.png", png(wide)[1]), ("1.png", png(small)[1]), ("2.png", png(tall)[1])]
    yield "gemma3-crops-three", "Fails if each image's crops do not follow it.", files, gemma(**crops)


def pixtral_cases():
    sizes = {
        "odd": (33, 17, "the size is not raised to a multiple of the patch"),
        "exact": (48, 32, "an image of the right size is changed"),
        "long": (301, 113, "the longest edge is not the limit"),
        "tall": (75, 400, "height and width are swapped"),
        "limit": (128, 127, "an edge as long as the limit is shrunk"),
        "thin": (128, 1, "an image of one row is not raised to a patch"),
        "shrink": (257, 256, "floor is not taken, or the ratio is rounded"),
    }
    for kind, (width, height, about) in sizes.items():
        yield one(f"pixtral-{kind}", about, png(picture(kind, width, height)), pixtral)
    for kind, size in {"narrow": (51, 100), "low": (100, 51)}.items():
        about = "the shorter side, 32.64, is rounded before it is raised to a patch: floor takes 32"
        yield one(f"pixtral-{kind}", about, png(picture(kind, *size)), pixtral, edge=64)
    yield one(
        "pixtral-defaults",
        "what the config leaves out has another default",
        png(picture("small", 40, 30)),
        pixtral,
        absent=DEFAULTS,
    )
    yield one("pixtral-edges", "bicubic overshoot is not clipped between the passes", png(checkers(67, 41)), pixtral)
    yield one(
        "pixtral-1024",
        "the real longest edge is not exact",
        png(picture("1024", 1100, 60)),
        pixtral,
        edge=1024,
        stride=7,
    )
    yield one(
        "pixtral-patch-28", "a merged patch is not the step of the size", png(picture("28", 61, 40)), pixtral, patch=28
    )
    for kind, about, file in formats(picture("small", 40, 30)):
        if kind in ("rgba", "grey", "palette-transparent", "jpeg-420", "webp-lossless", "grey-16"):
            yield one(f"pixtral-{kind}", about, file, pixtral, lossy=kind == "jpeg-420")
    yield one(
        "pixtral-exif-6",
        "EXIF orientation 6 is not undone before the size is chosen",
        jpeg(picture("exif", 90, 33), exif=orientation(6)),
        pixtral,
        lossy=True,
        exif=True,
    )
    files = [(f"{i}.png", png(picture(f"many {i}", *s))[1]) for i, s in enumerate(((50, 20), (20, 70), (16, 16)))]
    about = "Fails if images are not padded with zeros, after normalisation, at right and bottom."
    yield "pixtral-three", about, files, pixtral()


def formats(image):
    """(kind, what would fail, file) for every way to store a picture."""
    grey, noise = image.convert("L"), np.array(image)
    alpha = Image.fromarray(np.dstack([noise, noise[::-1, ::-1, 0]]), "RGBA")
    palette = image.quantize(32, dither=Image.Dither.NONE)
    wide = (np.arange(30)[:, None] * 9 + np.arange(40)).astype(np.uint16)
    yield "grey", "one channel is not used for all three", png(grey)
    yield "grey-alpha", "the alpha of a grey image is not dropped", png(alpha.convert("LA"))
    yield "rgba", "alpha is blended instead of dropped", png(alpha)
    yield "palette", "palette indices are taken for colours", png(palette)
    yield "palette-transparent", "a transparent palette entry is blended instead of dropped", png(
        palette, transparency=bytes(range(0, 256, 8))
    )
    yield "colour-key", "a transparent colour is replaced", png(image, transparency=tuple(int(v) for v in noise[3, 4]))
    yield "one-bit", "one bit a pixel is not black and white", png(grey.convert("1", dither=Image.Dither.NONE))
    for bits in (2, 4):
        yield f"palette-{bits}", f"{bits} bits a pixel are unpacked wrongly", png(image.quantize(1 << bits), bits=bits)
    yield "grey-16", "16-bit grey is scaled: Pillow clips it at 255", png(Image.fromarray(wide))
    yield "rgb-16", "the high byte of a 16-bit sample is not what counts", raw_png(
        noise.astype(np.uint16) * 251 + 77, 16, 2
    )
    yield "rgba-16", "16-bit alpha is blended", raw_png(np.array(alpha).astype(np.uint16) * 257, 16, 6)
    yield "interlaced", "Adam7 is not understood", raw_png(noise, 8, 2, interlaced=True)
    yield "gamma", "a gAMA chunk changes the colours: Pillow ignores it", raw_png(noise, 8, 2, gamma=100000)
    yield "jpeg-420", "subsampled colours are wrong", jpeg(image, subsampling="4:2:0")
    yield "jpeg-422", "subsampled colours are wrong", jpeg(image, subsampling="4:2:2")
    yield "jpeg-444", "the colour conversion is wrong", jpeg(image, subsampling="4:4:4")
    yield "jpeg-progressive", "progressive scans are not read", jpeg(image, progressive=True)
    yield "jpeg-grey", "a grey JPEG is not read", jpeg(grey)
    yield "jpeg-cmyk", "CMYK is not converted as Pillow does", jpeg(image.convert("CMYK"))
    yield "jpeg-ycck", "four inks made of luma are not turned once more", ycck(image.convert("CMYK"))
    yield "webp", "a lossy WebP is not read", encoded(image, "webp", quality=90)
    yield "webp-alpha", "the alpha of a lossy WebP is blended", encoded(alpha, "webp", quality=90)
    yield "webp-lossless", "a lossless WebP is not exact", encoded(image, "webp", lossless=True)
    yield "webp-lossless-alpha", "colours under transparency are lost", encoded(
        alpha, "webp", lossless=True, exact=True
    )
    yield "gif", "a GIF's palette is wrong", encoded(palette, "gif")
    yield "gif-transparent", "a GIF's transparent colour is not dropped", encoded(palette, "gif", transparency=3)
    frames = [palette.rotate(90 * i) for i in range(1, 3)]
    yield "gif-animated", "not the first frame is taken", encoded(palette, "gif", save_all=True, append_images=frames)
    yield "bmp", "rows are not read from the bottom", encoded(image, "bmp")
    yield "bmp-palette", "a BMP's palette is wrong", encoded(palette, "bmp")
    yield "bmp-one-bit", "a BMP of one bit is wrong", encoded(grey.convert("1"), "bmp")
    yield "bmp-alpha", "the fourth byte of a 32-bit BMP is blended", encoded(alpha, "bmp")


def picture(name, width, height):
    """A gradient with noise and a bright square: every channel differs, no axis is symmetric."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.dstack([255 * x / max(width - 1, 1), 255 * y / max(height - 1, 1), 128 + 100 * np.sin(x * 0.7 + y * 0.3)])
    noise = generator("image " + name, 0).integers(-40, 41, base.shape)
    pixels = np.clip(base + noise, 0, 255).astype(np.uint8)
    pixels[height // 5 : height // 3, width // 2 : width * 3 // 4] = (250, 20, 90)
    return Image.fromarray(pixels)


def checkers(width, height):
    """Black, white and full colours side by side: filters with negative lobes overshoot."""
    y, x = np.mgrid[0:height, 0:width]
    return Image.fromarray(np.dstack([(x // 3 + y // 4) % 2, (x // 5) % 2, (y // 7) % 2]).astype(np.uint8) * 255)


def orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def png(image, **options):
    return encoded(image, "png", **options)


def jpeg(image, **options):
    return encoded(image, "jpg", **{"quality": 92} | options)


def ycck(image):
    """What Pillow cannot write: Adobe's marker says that three of the four components are luma and colours."""
    name, file = jpeg(image)
    transform = file.index(b"Adobe") + len(b"Adobe") + 6
    assert file[transform] == 0
    return name, file[:transform] + b"\2" + file[transform + 1 :]


def encoded(image, suffix, **options):
    """(file name, bytes)"""
    out = io.BytesIO()
    image.save(out, {"jpg": "JPEG"}.get(suffix, suffix.upper()), **options)
    return f"0.{suffix}", out.getvalue()


def raw_png(pixels, depth, colour_type, interlaced=False, gamma=None):
    """What Pillow cannot write: 16 bits a sample, Adam7, gAMA."""
    height, width = pixels.shape[:2]
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = [row for y, x, down, right in passes for row in pixels[y::down, x::right] if row.size]
    data = b"".join(b"\0" + row.astype(">u2" if depth == 16 else "u1").tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    chunks = [(b"IHDR", header)] + ([(b"gAMA", struct.pack(">I", gamma))] if gamma else [])
    chunks += [(b"IDAT", zlib.compress(data, 9)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return "0.png", b"\x89PNG\r\n\x1a\n" + body


def off_screen(file):
    """A GIF whose one frame lies in the middle of a larger screen."""
    name, data = file[0], bytearray(file[1])
    width, height = struct.unpack_from("<HH", data, 6)
    struct.pack_into("<HH", data, 6, width + 9, height + 6)
    frame = data.index(struct.pack("<BHHHH", ord(","), 0, 0, width, height))
    struct.pack_into("<HH", data, frame + 1, 5, 2)
    return name, bytes(data)


def one(name, about, file, processor=None, **options):
    return name, f"Fails if {about}.", [file], (processor or gemma)(**options)


def gemma(size=28, stride=1, exif=False, lossy=False, absent=(), **changes):
    config = {
        "image_processor_type": "Gemma3ImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": size, "width": size},
        "resample": 2,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3,
        "image_seq_length": 256,
    }
    return {
        "processor": "gemma3",
        "config": config | changes,
        "stride": stride,
        "exif": exif,
        "lossy": lossy,
        "absent": absent,
    }


def pixtral(edge=128, patch=16, stride=2, exif=False, lossy=False, absent=()):
    config = {
        "image_processor_type": "PixtralImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"longest_edge": edge},
        "patch_size": {"height": patch, "width": patch},
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": MEAN,
        "image_std": STD,
    }
    return {
        "processor": "pixtral",
        "config": config,
        "stride": stride,
        "exif": exif,
        "lossy": lossy,
        "absent": absent,
    }


def write(suite, name, about, files, processor, config, stride, exif, lossy, absent):
    """The case has the config without the keys that are `absent`; the check by hand takes them as they are."""
    images = [opened(data, exif) for _, data in files]
    told = {k: v for k, v in config.items() if k not in absent}
    values, sizes = (gemma_values if processor == "gemma3" else pixtral_values)(images, told)
    suite.check(f"image/{name}", values, by_hand(images, config, sizes), EXACT)
    for file, data in files:
        suite.write_file(f"image/{name}", file, data)
    suite.add(
        f"image/{name}",
        "image",
        about,
        {"pixel_values": np.ascontiguousarray(values[:, :, ::stride, ::stride])},
        tolerance(config, *LOSSY[files[0][0].split(".")[-1]]) if lossy else EXACT,
        processor=processor,
        config=told,
        images=[file for file, _ in files],
        exif_transpose=exif,
        expected="pixel_values",
        stride=stride,
        shape=list(values.shape),
        **({"image_sizes": [list(size) for size in sizes]} if processor == "pixtral" else {}),
    )


def tolerance(config, most, mean, why):
    level = 1 / (255 * min(config["image_std"]))
    return {"atol": round(most * level, 4), "rtol": 0.0, "mean_atol": round(mean * level, 4), "why": why}


def opened(data, exif):
    """RGB without anything that a processor might blend: transformers puts palette transparency on white."""
    image = Image.open(io.BytesIO(data))
    image = (ImageOps.exif_transpose(image) if exif else image).convert("RGB")
    return Image.fromarray(np.array(image))


def gemma_values(images, config):
    from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil

    settings = {k: v for k, v in config.items() if k not in ("image_processor_type", "image_seq_length")}
    values = Gemma3ImageProcessorPil(**settings)(images)["pixel_values"]
    return np.stack([np.array(v) for v in values]), None


def pixtral_values(images, config):
    from mlx_vlm.models.pixtral.image_processing_pixtral import PixtralImageProcessor

    found = PixtralImageProcessor(**{k: v for k, v in config.items() if k != "image_processor_type"})(images)
    return found["pixel_values"], [tuple(size) for size in found["image_sizes"]]


def by_hand(images, config, sizes):
    """The same in float64 from Pillow's resize alone."""
    if sizes is None:
        images = [part for image in images for part in [image, *crops(image, config)]]
        sizes = [(config["size"]["height"], config["size"]["width"])] * len(images)
    out = np.zeros((len(images), 3, max(h for h, _ in sizes), max(w for _, w in sizes)))
    for target, image, (height, width) in zip(out, images, sizes):
        levels = np.array(image.resize((width, height), config["resample"]), np.float64) / 255
        values = (levels - np.array(config["image_mean"])) / np.array(config["image_std"])
        target[:, :height, :width] = values.transpose(2, 0, 1)
    return out


def crops(image, config):
    """Pan and scan: near-square pieces along the longer side."""
    width, height = image.size
    ratio, smallest = max(image.size) / min(image.size), config.get("pan_and_scan_min_crop_size")
    if not config.get("do_pan_and_scan") or ratio < config["pan_and_scan_min_ratio_to_activate"]:
        return []
    count = min(max(2, min(int(ratio + 0.5), max(image.size) // smallest)), config["pan_and_scan_max_num_crops"])
    across, down = (count, 1) if width >= height else (1, count)
    w, h = -(-width // across), -(-height // down)
    if min(w, h) < smallest:
        return []
    return [
        image.crop((x, y, min(x + w, width), min(y + h, height)))
        for y in range(0, h * down, h)
        for x in range(0, w * across, w)
    ]
