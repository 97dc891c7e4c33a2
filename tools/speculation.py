#!/usr/bin/env python3
"""What guessing gains or costs: tokens a second with and without, in turns, and whether the text is the same.

    JAVA_HOME=<a JDK 25> tools/speculation.py [--rounds 5] [--jar target/quipu.jar] [-- FLAGS of quipu, as --model FOLDER]

Three tasks: a rhyme that goes round, where n-grams of the prompt guess well; a story, where they guess poorly; and a draft model
that costs as much as the model itself (a copy of the embedded one), which can only lose and must step aside.
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RHYME = "The cat sat on the mat, the rat ran round the hat, the bat flew past the vat. " * 6
REPEAT = ["--ignore-chat-template", "-p", RHYME, "-m", "300"]
STORY = ["-p", "Tell me a long story about a lighthouse keeper and a storm.", "-m", "300", "--temp", "0.8", "--seed", "3"]
EMBEDDED = str(ROOT / "models/SmolLM2-135M-Instruct-4bit")
TASKS = {
    "rhyme, --prompt-lookup 3": (REPEAT, ["--prompt-lookup", "3"]),
    "rhyme, --prompt-lookup 3 --num-draft-tokens 7": (REPEAT, ["--prompt-lookup", "3", "--num-draft-tokens", "7"]),
    "story, --prompt-lookup 2": (STORY, ["--prompt-lookup", "2"]),
    "story, --draft-model the same": (STORY, ["--draft-model", EMBEDDED]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jar", type=Path, default=ROOT / "target/quipu.jar")
    parser.add_argument("flags", nargs="*")
    args = parser.parse_args()
    for name, (task, guessing) in TASKS.items():
        rounds = [(run(args, task), run(args, task + guessing)) for _ in range(args.rounds)]
        same = all(without[0] == guessed[0] for without, guessed in rounds)
        without, guessed = (statistics.median(side[1] for side in sides) for sides in zip(*rounds))
        ratio = statistics.median(with_[1] / alone[1] for alone, with_ in rounds)
        print(f"{name}: {without:.1f} tokens/s without, {guessed:.1f} with, {ratio:.2f} times; {rounds[0][1][2]:.0%} guessed; "
              f"{'the same text' if same else 'ANOTHER TEXT'}", flush=True)


def run(args, task):
    """Ids, tokens a second, share of tokens that were guessed."""
    java = Path(os.environ["JAVA_HOME"]) / "bin/java"
    out = subprocess.run([java, "-jar", args.jar, "generate", "--json", *task, *args.flags], check=True, capture_output=True, text=True).stdout
    events = [json.loads(line) for line in out.splitlines()]
    tokens = [token for event in events if event["type"] == "token" for token in event["tokens"]]
    return ([token["id"] for token in tokens], events[-1]["generation_tps"],
            sum(token["from_draft"] for token in tokens) / len(tokens))


if __name__ == "__main__":
    main()
