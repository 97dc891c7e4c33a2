"""The op cases that image towers need: layer norm, patches by convolution, pooling."""

import mlx.core as mx
import mlx.nn as nn
import numpy as np

from . import reference
from .ops import PRODUCT, TIGHT, wide64


def write_all(ops):
    layer_norms(ops)
    convolutions(ops)
    pools(ops)


def layer_norms(ops):
    rows = {
        "37": (5, 37, 1e-5, "the variance is not the biased one, or eps is outside the root"),
        "64": (3, 64, 1e-6, "bias and weight are swapped"),
        "1152": (2, 1152, 1e-6, "a wide row is cut"),
        "constant": (3, 48, 1e-5, "a row without variance is not the bias"),
        "far": (4, 40, 1e-5, "mean and mean square are subtracted: a large mean then hides the variance"),
    }
    for kind, (count, width, eps, about) in rows.items():
        name = f"layer_norm-{kind}"
        x, weight, bias = ops.normal(name, count, width), ops.normal(name + "w", width), ops.normal(name + "b", width)
        if kind == "constant":
            x[1] = 2.5
        if kind == "far":
            x += np.array([[0], [30], [-500], [2000]], np.float32)
        out = mx.fast.layer_norm(mx.array(x), mx.array(weight), mx.array(bias), eps)
        wide = reference.layer_norm(wide64(x), wide64(weight), wide64(bias), eps)
        tolerance = TIGHT if kind != "far" else {"atol": 2e-3, "rtol": 1e-5, "why": "float32 cancels near 2000"}
        ops.case(
            name,
            "layer_norm",
            f"Fails if {about}.",
            {"eps": eps},
            {"x": x, "weight": weight, "bias": bias},
            out,
            wide,
            tolerance,
        )


def convolutions(ops):
    shapes = {  # height, width, channels, out, kernel height and width, stride, bias
        "patch-14": (
            (28, 42, 3),
            (10, 14, 14),
            14,
            True,
            "patches are not row by row, or the weight is not [out, kh, kw, in]",
        ),
        "patch-16": ((48, 32, 3), (7, 16, 16), 16, False, "height and width are swapped"),
        "patch-2": ((6, 10, 3), (5, 2, 2), 2, True, "the bias is dropped"),
        "overlap": ((9, 13, 2), (4, 3, 3), 2, True, "overlapping windows start at multiples of the kernel"),
        "gaps": ((11, 8, 3), (3, 2, 2), 3, False, "windows with gaps between them start at multiples of the kernel"),
        "rest": ((17, 23, 3), (4, 5, 5), 5, True, "pixels that fill no whole window make one"),
        "flat": ((5, 12, 1), (3, 1, 4), 1, False, "a kernel that is not square is turned"),
        "point": ((4, 7, 5), (6, 1, 1), 1, True, "a single pixel is no patch"),
        "whole": ((7, 5, 3), (9, 7, 5), 1, True, "a kernel as large as the image gives more than one value"),
    }
    for kind, (image, (out, kh, kw), stride, biased, about) in shapes.items():
        name = f"conv2d-{kind}"
        x, weight, bias = (
            ops.normal(name, *image),
            ops.normal(name + "w", out, kh, kw, image[2]),
            ops.normal(name + "b", out),
        )
        result = mx.conv2d(mx.array(x)[None], mx.array(weight), stride=stride)[0]
        wide = reference.conv2d(wide64(x), wide64(weight), stride)
        inputs = {"x": x, "weight": weight}
        if biased:
            result, wide, inputs = result + mx.array(bias), wide + wide64(bias), inputs | {"bias": bias}
        ops.case(name, "conv2d", f"Fails if {about}.", {"stride": stride}, inputs, result, wide, PRODUCT)


def pools(ops):
    shapes = {
        "4": ((8, 12, 5), 4, 4, "rows and columns are swapped"),
        "2": ((6, 6, 3), 2, 2, "windows overlap"),
        "overlap": ((7, 9, 2), 3, 2, "overlapping windows start at multiples of the kernel"),
        "rest": ((7, 10, 4), 3, 3, "values that fill no whole window are averaged"),
        "one": ((3, 5, 7), 1, 1, "a kernel of one changes anything"),
        "whole": ((5, 5, 3), 5, 5, "the whole grid is not one mean"),
    }
    for kind, (grid, kernel, stride, about) in shapes.items():
        name = f"avg_pool-{kind}"
        x = ops.normal(name, *grid)
        out = nn.AvgPool2d(kernel_size=kernel, stride=stride)(mx.array(x)[None])[0]
        ops.case(
            name,
            "avg_pool",
            f"Fails if {about}.",
            {"kernel": kernel, "stride": stride},
            {"x": x},
            out,
            reference.avg_pool(wide64(x), kernel, stride),
        )
