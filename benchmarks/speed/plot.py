"""How the cost of a lexicon grows: a table and a picture from what ``benchmarks/speed/lexicon.py --json`` printed.

``python benchmarks/speed/plot.py REPORT... --out docs/speed.svg`` prints the table as Markdown.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

if __package__ in (None, ""):  # run by its path: the packages stand above
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


from benchmarks.tables import markdown_table

Report = dict[str, int | float | str | bool]

COLUMNS = {
    "words": "words a side",
    "product_cpu_s": "product, CPU s",
    "exact_ratio": "exact",
    "approximate_ratio": "approximate",
    "lazy_ratio": "1,500 words",
    "lazy_first_ratio": "1,500 words, first only",
    "mutual_agreement": "mutual pairs kept",
    "first_agreement": "first translations kept",
    "exact_mb": "memory, MB",
}


def markdown(reports: Sequence[Report]) -> str:
    """The reports as a table, fewest words first."""
    ordered = sorted(reports, key=lambda report: float(report["words"]))
    return markdown_table([*COLUMNS.values()], ([f"{report[name]:,}" for name in COLUMNS] for report in ordered))


def draw(reports: Sequence[Report], out: Path) -> None:
    """Draw CPU seconds against words, both on logarithmic axes."""
    from matplotlib.figure import Figure

    reports = sorted(reports, key=lambda report: float(report["words"]))
    words = [float(report["words"]) for report in reports]
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    names = {"product": "one float32 product", "exact": "exact", "approximate": "approximate", "lazy": "1,500 words"}
    for name, label in names.items():
        axes.plot(words, [float(report[f"{name}_cpu_s"]) for report in reports], marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="words a side", ylabel="CPU seconds")
    axes.set_xticks(words, [f"{count:,.0f}" for count in words])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(out)


def main() -> None:
    """Read reports, print the table, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", type=Path, help="files with one JSON object each")
    parser.add_argument("--out", type=Path, help="where to draw the picture (needs the extra `plot`)")
    options = parser.parse_args()
    reports: list[Report] = [json.loads(path.read_text(encoding="utf-8")) for path in options.reports]
    print(markdown(reports))
    if options.out:
        draw(reports, options.out)


if __name__ == "__main__":
    main()
