"""`scripts/bench`: measures every figure of the design beside its raw limit, and judges nothing."""

import json

import click

from scripts.benchmarks import (
    appending,
    callers,
    following,
    margin,
    past,
    programs,
    reading,
    trading,
)
from scripts.benchmarks.profiling import profile
from scripts.benchmarks.report import as_object, notes, table
from scripts.benchmarks.rounds import Figure, Line, measure
from scripts.benchmarks.setting import QUICK, Setting, Sizes

FIGURES = {
    figure.name: figure
    for module in (appending, callers, trading, margin, reading, programs, following, past)
    for figure in module.FIGURES
}


@click.command("bench")
@click.option("--quick", is_flag=True, help="Small sizes and 1 round: a look, within a minute.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--only", multiple=True, metavar="NAME", help="This figure; may be repeated.")
@click.option("--rounds", type=click.IntRange(1), help="Rounds of limit, ours, limit; 5, or 1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Other commands.")
@click.option("--profile", "profiled", type=click.Choice(list(FIGURES)), help="Only profile ours.")
def main(
    *,
    quick: bool,
    as_json: bool,
    only: tuple[str, ...],
    rounds: int | None,
    seed: int,
    profiled: str | None,
) -> None:
    """Measure the ledger beside the raw limit of its databases: same minute, rows and indexes.

    A name of --only also stands for those that begin with it: `append` for all appends. Rows are
    the real drafting's; PostgreSQL is started for the run, SQLite files stand on the same disk
    (that of the temporary folder, so TMPDIR chooses it). The exit code is 0 whatever the figures.
    """
    with Setting(QUICK if quick else Sizes(), seed) as setting:
        if profiled:
            click.echo(profile(FIGURES[profiled], setting))
            return
        chosen = _chosen(only)
        lines: list[Line] = []
        for figure in chosen:
            click.echo(f"{figure.name} ...", err=True)
            lines += measure(figure, setting, rounds or (1 if quick else 5))
        machine = setting.machine() | {"sizes": setting.sizes._asdict()}
    if as_json:
        click.echo(json.dumps(as_object(lines, machine)))
    else:
        click.echo(f"{table(lines)}\n\n{notes(chosen, machine)}")


def _chosen(names: tuple[str, ...]) -> list[Figure]:
    chosen = [
        figure
        for name, figure in FIGURES.items()
        if not names or any(name == one or name.startswith(f"{one}-") for one in names)
    ]
    if not chosen:
        raise click.BadParameter(f"the figures are {', '.join(FIGURES)}", param_hint="--only")
    return chosen


if __name__ == "__main__":
    main(prog_name="scripts/bench")
