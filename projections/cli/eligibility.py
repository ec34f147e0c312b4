"""`ledger eligibility`: who may trade a product at a moment, and what stands against the others."""

from collections.abc import Iterator

import click

from ledger.api import Ledger
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options
from ledger.errors import Misconfigured
from ledger.events import ProductApproved
from ledger.log.log import Log
from ledger.reasons import Reason
from projections.change import Row
from projections.cli.moments import instant_of, moment, moment_options
from projections.cli.show import read_conditions
from projections.eligible import Answer, eligible
from projections.replay import matching

COLUMNS = Answer._fields


@command("eligibility")
@click.argument("product")
@moment_options
@click.option("--solicited", is_flag=True, help="As where the client is solicited to trade it.")
@click.option("--missing", multiple=True, metavar="REASON", help="Only who lacks one of these.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only rows that say so.")
@row_options
def eligibility(  # noqa: PLR0913 - click hands over each option by its name
    session: Session,
    product: str,
    *,
    at: str | None,
    clock: str | None,
    known: str | None,
    solicited: bool,
    missing: tuple[str, ...],
    where: tuple[str, ...],
    output_format: str,
    output_file: str | None,
) -> None:
    """Say of every client's account whether it may trade PRODUCT, and what it lacks.

    \b
    Examples:
      ledger eligibility BTC-PERP
      ledger eligibility BTC-PERP --at 2026-02-11T12:00:00Z        true then, as known now
      ledger eligibility BTC-PERP --at 2026-02-11T12:00:00Z --clock recorded
      ledger eligibility BTC-PERP --at @42 --where may=reduce      as known then
      ledger eligibility BTC-PERP --missing knowledge_missing --missing disclosure_missing

    `may` says increase, reduce or nothing; `missing` lists every reason against an increase, in the
    order in which the controls speak, so an order is refused with the first. How much an order
    would expose the client to is not known without one, and no part of the answer.
    """
    wanted = _reasons(missing)
    fits = matching(COLUMNS, read_conditions(COLUMNS, where, lambda _, value: value))
    with Ledger(session.settings.database) as ledger:
        _require_product(ledger.reader, product)
        when = moment(ledger.reader, at, clock, known)
        now = instant_of(ledger.reader, at, when)
        answers = eligible(ledger.reader, product, when, now, solicited=solicited)
        chosen = (a for a in answers if not wanted or wanted.intersection(a.missing))
        print_rows(session, COLUMNS, filter(fits, _rows(chosen)), output_format, output_file)


def _rows(answers: Iterator[Answer]) -> Iterator[Row]:
    for answer in answers:
        yield answer.account, answer.client, answer.may.value, " ".join(answer.missing)


def _reasons(words: tuple[str, ...]) -> frozenset[Reason]:
    """Read the reasons that are asked for. Raises `Misconfigured` for what is none."""
    if unknown := sorted(set(words) - set(Reason)):
        raise Misconfigured(f"--missing {unknown[0][:60]!r}: no such reason")
    return frozenset(map(Reason, words))


def _require_product(log: Log, product: str) -> None:
    """Raise `Misconfigured` where a product was never approved, at whatever time."""
    if not any(isinstance(r.event, ProductApproved) for r in log.stream(f"product-{product}")):
        listed = "ledger show parameter_changes --where parameter=product"
        raise Misconfigured(f"no product {product[:64]!r} was ever approved; see `{listed}`")
