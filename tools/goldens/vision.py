"""The cases of towers: images and prompts that hold them, as mlx-vlm computes them in float32."""

import io

import numpy as np

from . import checkpoints
from .cases import NEAR_TIE, TRACE, Cases, follow_greedy
from .decoder import Decoder
from .files import write_json
from .images import gemma_values, opened, picture, pixtral_values
from .mlx_vlm_runs import Eyes, EyesTrace, load_float32
from .mlx_runs import follow
from .seeing import BREAK, END, IMG, SOFT, START, STOP, seeing_models
from .towers import Pixtral, Siglip, TransformersSiglip

LOGITS = {"atol": 5e-4, "rtol": 1e-4}
TRIES = 30  # prompts looked at for wide margins
STEPS = 8
SCENES = {  # sizes of the images, and where text stands: counts of tokens, an image between each two
    "start": (((40, 17),), (1, 9)),
    "middle": (((19, 31),), (12, 5)),
    "two": (((33, 12), (9, 26)), (3, 1, 7)),
    "turns": (((24, 24), (50, 21), (7, 40)), (5, 11, 6, 4)),
}


def write_all(suite, matches):
    for model in seeing_models():
        if matches(model.name):
            Vision(suite).write_model(model)


class Vision(Cases):
    def write_model(self, model):
        folder = self.suite.root / "models" / model.name
        checkpoints.write(model, folder, self.suite.seed)
        write_json(folder / "preprocessor_config.json", model.preprocessor)
        self.network = load_float32(folder)
        self.tower = (Siglip if model.gemma else Pixtral)(folder, model.config)
        for name, scene in SCENES.items():
            if name == "turns" or not model.quantization:
                self.scene(model, folder, name, *scene)
        if model.gemma and not model.quantization:
            self.transformers(model, folder)
        for kind in model.kinds:
            getattr(self, kind)(model, folder)

    def scene(self, model, folder, scene, sizes, texts):
        identity = f"vision/{model.name}-{scene}"
        images = self.images(identity, model, sizes)
        eyes, judge = Eyes(self.network, images.values, images.sizes), Decoder(folder)
        tensors = {"pixel_values": images.values}
        wide = [self.tower.features(view) for view in images.views()]
        prompt, calls = self.prompt(model, scene, texts, images), []
        parts = [prompt, self.tokens(model, "turn " + scene, 7)] if scene == "turns" else [prompt]
        for i in range(len(parts) + 3):
            part = parts[i] if i < len(parts) else [int(tensors[f"logits.{i - 1}"][-1].argmax())]
            tensors[f"logits.{i}"] = eyes.logits(part)
            rows = self.rows(model, part, wide) if i == 0 else None
            self.suite.check(identity, tensors[f"logits.{i}"], judge.forward(part, embedded=rows), LOGITS)
            calls.append({"tokens": part, "rows": "all", "expected": f"logits.{i}"})
        tensors["features"] = eyes.features
        self.suite.check(identity, eyes.features, np.concatenate(wide), LOGITS)
        self.add(
            "vision",
            model,
            tensors,
            LOGITS,
            identity=identity,
            images=images.names,
            exif_transpose=False,
            pixel_values="pixel_values",
            features="features",
            **({} if model.gemma else {"image_sizes": [list(size) for size in images.sizes]}),
            calls=calls,
        )

    def transformers(self, model, folder):
        """As Transformers defines Gemma 3, where mlx-vlm differs: in float64, since nothing computes it here but the judge."""
        tower = TransformersSiglip(folder, model.config)
        for scene in ("middle", "turns"):
            sizes, texts = SCENES[scene]
            identity = f"vision/{model.name}-{scene}-hf"
            images, judge = self.images(identity, model, sizes), Decoder(folder)
            prompt = self.prompt(model, "hf " + scene, texts, images)
            wide = np.concatenate([tower.features(view) for view in images.views()])
            rows = iter(tower.embedded(wide))
            embedded = {i: next(rows) for i, t in enumerate(prompt) if t == SOFT}
            calls = [prompt, *([t] for t in self.tokens(model, "hf after " + scene, 3))]
            logits = [judge.forward(prompt, embedded=embedded, blocks=blocks(prompt))]
            logits += [judge.forward(part) for part in calls[1:]]
            tensors = {"pixel_values": images.values, "features": wide.astype(np.float32)}
            self.add(
                "vision",
                model,
                tensors | {f"logits.{i}": rows.astype(np.float32) for i, rows in enumerate(logits)},
                LOGITS,
                "Fails if the rows of an image do not see each other, are scaled as embeddings, or the tower's last norm "
                "has another eps than its layers.",
                identity=identity,
                reference="hf",
                images=images.names,
                exif_transpose=False,
                pixel_values="pixel_values",
                features="features",
                calls=[{"tokens": t, "rows": "all", "expected": f"logits.{i}"} for i, t in enumerate(calls)],
            )

    def trace(self, model, folder):
        identity = f"trace/{model.name}"
        images = self.images(identity, model, ((13, 10),))
        trace = EyesTrace(load_float32(folder), images.values, images.sizes)  # taps stay in a model: it is not shared
        prompt = self.prompt(model, "trace", (3, 2), images)
        found = trace.call(prompt)
        wide = self.rows(model, prompt, [self.tower.features(view) for view in images.views()])
        self.suite.check(identity, found["logits"], Decoder(folder).forward(prompt, embedded=wide), TRACE)
        self.add(
            "trace",
            model,
            {"0/" + name: values for name, values in found.items()},
            TRACE,
            f"Shows the first intermediate value that goes wrong in {model.name}.",
            images=images.names,
            exif_transpose=False,
            calls=[{"tokens": prompt, "prefix": "0/", "tensors": sorted(found)}],
        )

    def greedy(self, model, folder):
        """Of several prompts, the one whose narrowest margin is widest."""
        identity = f"greedy/{model.name}"
        images = self.images(identity, model, ((22, 37), (35, 15)))
        runs = []
        for i in range(TRIES):
            prompt = self.prompt(model, f"greedy {i}", (4, 3, 6), images)
            eyes = Eyes(self.network, images.values, images.sizes)
            runs.append((prompt, *follow(eyes, eyes.logits(prompt)[-1], STEPS)))
        prompt, expected, margins = max(runs, key=lambda run: min(run[2]))
        if min(margins) < NEAR_TIE:
            raise ValueError(f"{identity}: no prompt of {TRIES} keeps its margins above {NEAR_TIE}")
        judge = Decoder(folder)
        wide = self.rows(model, prompt, [self.tower.features(view) for view in images.views()])
        follow_greedy(identity, judge, judge.forward(prompt, rows=[-1], embedded=wide)[0], expected)
        self.add(
            "greedy",
            model,
            None,
            None,
            "Fails if a decode step after images drifts from the reference.",
            images=images.names,
            exif_transpose=False,
            prompt=prompt,
            expected=expected,
            margins=margins,
            near_tie=NEAR_TIE,
            stop=[],
        )

    def prompt(self, model, what, texts, images):
        """Text and images in turns; a Gemma's text has a padding token, which mlx-vlm blanks out."""
        tokens = []
        for i, count in enumerate(texts):
            tokens += [t if t not in (SOFT, IMG) else 5 for t in self.tokens(model, f"{what} text {i}", count)]
            if i + 1 < len(texts):
                tokens += images.tokens(i)
        if model.gemma:
            tokens[-1 if len(texts) > 2 else -2] = model.config.get("pad_token_id", 0)
        return tokens

    def rows(self, model, prompt, features):
        """{position: the row that stands there}, in float64."""
        rows = iter(self.tower.embedded(np.concatenate(features)))
        found = {i: next(rows) for i, t in enumerate(prompt) if t == (SOFT if model.gemma else IMG)}
        if next(rows, None) is not None:
            raise ValueError(f"{model.name}: more rows than image tokens")
        pad = model.config.get("pad_token_id", 0)
        return found | {i: 0.0 for i, t in enumerate(prompt) if t == pad and model.gemma}

    def images(self, identity, model, sizes):
        files = []
        for i, (width, height) in enumerate(sizes):
            out = io.BytesIO()
            picture(f"{identity} {i}", width, height).save(out, "PNG")
            self.suite.write_file(identity, f"{i}.png", out.getvalue())
            files.append(opened(out.getvalue(), False))
        return Images(model, files)


def blocks(prompt):
    """Each run of image tokens is a block."""
    found, block = [], -1
    for i, token in enumerate(prompt):
        block += token == SOFT and (i == 0 or prompt[i - 1] != SOFT)
        found.append(block if token == SOFT else -1)
    return found


class Images:
    """What a processor of mlx-vlm makes of some images, and the tokens that stand for each."""

    def __init__(self, model, files):
        self.model, self.names = model, [f"{i}.png" for i in range(len(files))]
        if model.gemma:
            parts = [gemma_values([file], model.preprocessor)[0] for file in files]
            self.values, self.sizes = np.concatenate(parts), None
            self.counts = [len(part) for part in parts]
        else:
            step = self.step()
            settings = model.preprocessor | {"patch_size": {"height": step, "width": step}}
            self.values, self.sizes = pixtral_values(files, settings)
            self.values = np.array(self.values)

    def step(self):
        merge = self.model.config.get("spatial_merge_size", 2) if self.model.config["model_type"] == "mistral3" else 1
        return self.model.config["vision_config"]["patch_size"] * merge

    def views(self):
        sizes = self.sizes or [self.values.shape[2:]] * len(self.values)
        return [view.transpose(1, 2, 0)[:height, :width] for view, (height, width) in zip(self.values, sizes)]

    def tokens(self, image):
        if self.model.gemma:
            view = [START, *[SOFT] * self.model.config["text_config"]["mm_tokens_per_image"], END]
            return [7, *view, *([8, 9, *view] * (self.counts[image] - 1)), 7]
        height, width = (size // self.step() for size in self.sizes[image])
        tokens = ([IMG] * width + [BREAK]) * height
        return tokens[:-1] + [STOP]
