#!/usr/bin/env python3
"""Prints how many instructions each kernel takes for 16 weights and a row of activations, and judges them.

    tools/aarch64/gate.py SPANS COUNTS

SPANS is what Kernels.java prints, COUNTS what count.c writes. Ends with 1 if a bound is broken.
"""

import sys
from collections import defaultdict
from pathlib import Path

# (what, rows of activations): the most vector and all instructions for 16 weights
BOUNDS = {
    ("4 bits, group 64, kernel", 1): (13.5, 20),
    ("4 bits, group 64", 1): (13.5, 20),
}


def read(spans: Path, counts: Path) -> list:
    """(what, regime, rows, bytes, all, vector, vector loads), the counts for 16 weights and a row."""
    counted = {}
    for line in counts.read_text().splitlines():
        number, *values = map(int, line.split())
        counted[number] = values
    rows = []
    for line in spans.read_text().splitlines():
        number, what, regime, row, weights, allocated = line.split("\t")
        share = int(weights) / 16 * int(row)
        rows.append((what, regime, int(row), int(allocated), *(n / share for n in counted[int(number)])))
    return rows


def judge(rows: list) -> list:
    faults = []
    generate = defaultdict(dict)
    for what, regime, row, allocated, total, simd, _ in rows:
        if allocated:
            faults.append(f"{what}, {regime.lower()}, {row} rows: {allocated} bytes allocated")
        if regime == "GENERATE":
            generate[what][row] = total
            most = BOUNDS.get((what, row))
            if most and (simd > most[0] or total > most[1]):
                faults.append(f"{what}, {row} rows: {simd:.2f} and {total:.2f}, at most {most[0]} and {most[1]}")
    for what, totals in generate.items():
        for row in (4, 8):
            if row in totals and totals[row] >= totals[1]:
                faults.append(f"{what}: {totals[row]:.2f} a row for {row} rows, not fewer than {totals[1]:.2f} for one")
    return faults


def main() -> int:
    rows = read(Path(sys.argv[1]), Path(sys.argv[2]))
    print("Instructions for 16 weights and a row of activations:")
    print(f"{'':26}{'regime':10}{'rows':>4}{'vector':>9}{'its loads':>11}{'all':>8}")
    for what, regime, row, _, total, simd, loads in rows:
        print(f"{what:26}{regime.lower():10}{row:4}{simd:9.2f}{loads:11.2f}{total:8.2f}")
    faults = judge(rows)
    print(*(f"FAILED: {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    return 1 if faults or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
