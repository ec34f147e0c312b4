"""A venue's statement: its lines, the batches they were booked in, and the facts they report.

Whatever the venue, a statement is read and checked whole before anything of it is recorded. The
check is the venue's own arithmetic: what the ledger holds, plus the completed lines of a batch,
must be the balance that the venue states after that batch.
"""

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple

from ledger.adapters.executions import Execution
from ledger.commands import OpenMirrorAccount, RegisterAsset, ReportVenueLine
from ledger.errors import Malformed
from ledger.events import AssetKind, LineStatus, MovementKind
from ledger.instants import Instant, write_instant
from ledger.numbers import EXACT, ZERO, Amount, add, total, write_amount

_NAMED_LINES_MAX = 20


class StatementLine(NamedTuple):
    """One line, as the venue says it: amounts in units of `asset`, in the holder's favour.

    `number` is its place in the file (1 for the header), `raw` its text without the line end,
    `key` what makes its command id: venue, account and key. `fee` is a cost where it is positive,
    `balance` None where the venue states none.
    """

    number: int
    raw: str
    key: str
    at: Instant
    asset: str
    amount: Amount
    balance: Amount | None
    venue_kind: str
    reference: str
    kind: MovementKind | None
    status: LineStatus | None
    happened_at: Instant | None
    instrument: str | None
    order_id: str | None
    fee: Amount | None


def is_unknown(line: StatementLine) -> bool:
    """Tell whether a line moved cash for a reason that we have no word for."""
    return line.kind is None and line.status is None


class StatementAsset(NamedTuple):
    """An asset of a statement.

    `scale` is the number of its decimals, `figure_scale` of those that the file leaves out.
    """

    name: str
    scale: int
    kind: AssetKind
    figure_scale: int = 0


class Batch(NamedTuple):
    """Completed lines of one asset that the venue booked together, and its balance afterwards.

    Lines after which it states no balance are part of none.
    """

    number: int
    at: Instant
    asset: str
    balance: Amount
    lines: tuple[StatementLine, ...]


class Statement(NamedTuple):
    """A statement: `lines`, `batches` and `executions` in the order in which they took effect.

    `time_field` is the venue's own name of the column that says when a line took effect,
    `amount_field` and `balance_field` of the two that add up, where there are such.
    """

    venue: str
    lines: tuple[StatementLine, ...]
    batches: tuple[Batch, ...]
    assets: tuple[StatementAsset, ...]
    time_field: str
    amount_field: str = ""
    balance_field: str = ""
    executions: tuple[Execution, ...] = ()

    def all_lines(self) -> Iterator[StatementLine | Execution]:
        """Give whatever the statement reports, movements of cash first."""
        yield from self.lines
        yield from self.executions

    def figure(self, asset: str, value: Amount) -> str:
        """Write an amount as this statement writes it, in minor units where it does."""
        scale = next(known.figure_scale for known in self.assets if known.name == asset)
        return f"{value.scaleb(scale, EXACT):f}" if scale else write_amount(value)


def command_id(statement: Statement, account: str, line: StatementLine | Execution) -> str:
    """Name the command that reports a line: the same line gives the same id in every export."""
    return f"{statement.venue}:{account}:{line.key}"


def opening_id(statement: Statement, account: str, asset: str) -> str:
    """Name the command that reports an opening balance."""
    return f"{statement.venue}:{account}:opening:{asset}"


def register_assets(statement: Statement) -> list[RegisterAsset]:
    """List the commands that register the assets of a statement, to be given first."""
    return [
        RegisterAsset(command_id=f"asset:{name}:{scale}", asset=name, scale=scale, kind=kind)
        for name, scale, kind, _ in statement.assets
    ]


def open_mirror(statement: Statement, account: str) -> OpenMirrorAccount:
    """Report that the account is mirrored, from the first line on.

    Another statement of the account may begin elsewhere: give this only while its id is not known.
    """
    return OpenMirrorAccount.model_validate(
        {
            "command_id": f"{statement.venue}:{account}:mirror",
            "at": write_instant(min(line.at for line in statement.all_lines())),
            "account": account,
            "venue": statement.venue,
        }
    )


def facts(
    statement: Statement,
    account: str,
    *,
    opening: Mapping[str, Amount] | None = None,
    sealed: Mapping[int, str] | None = None,
) -> Iterator[ReportVenueLine]:
    """Yield a fact for every opening balance, then one for every line, in order of (at, line).

    `opening` are the balances by asset that the account held before a statement that begins
    mid-history; `sealed` the vault's digest of the raw text by line number.
    """
    for asset, held in sorted((opening or {}).items()):
        yield _opening(statement, account, asset, held)
    digests = sealed or {}
    for line in statement.lines:
        yield _fact(statement, account, line, digests.get(line.number))


def check_chain(
    statement: Statement,
    account: str,
    *,
    held: Mapping[str, Amount] | None = None,
    known: Container[str] = (),
    opening: Mapping[str, Amount] | None = None,
) -> None:
    """Check that what is held plus each batch's new lines is the balance that the venue states.

    `held` are the ledger's own balances of the account by asset, `known` the ids of commands that
    stand in the log: their lines are in `held` already, even where they are part of a batch.
    Raises `Malformed` with the line, both fields, both figures and the remedy.
    """
    running = dict(held or {})
    for asset, amount in (opening or {}).items():
        _check_opening(statement, asset, amount)
        if opening_id(statement, account, asset) not in known:
            running[asset] = add(running.get(asset, ZERO), amount)
    begun: set[str] = set()
    for batch in statement.batches:
        new = [line for line in batch.lines if command_id(statement, account, line) not in known]
        if new:
            before = running.get(batch.asset, ZERO)
            after = add(before, total(line.amount for line in new))
            if after != batch.balance:
                raise _broken(statement, batch, new, before, first=batch.asset not in begun)
            running[batch.asset] = after
            begun.add(batch.asset)


def _check_opening(statement: Statement, asset: str, amount: Amount) -> None:
    names = [known.name for known in statement.assets]
    if asset not in names:
        listed = ", ".join(names)
        raise Malformed("--opening", f"the statement has no {asset[:40]!r}; it has {listed}")
    if not amount:
        raise Malformed("--opening", f"an opening balance of 0 {asset} says nothing: leave it out")


def _broken(
    statement: Statement, batch: Batch, new: list[StatementLine], before: Amount, *, first: bool
) -> Malformed:
    """Say with the venue's own figures that a batch does not add up."""
    moved = total(line.amount for line in new)
    asset = batch.asset
    problem = (
        f"{statement.amount_field} {statement.figure(asset, moved)} on "
        f"{statement.figure(asset, before)} {asset} gives "
        f"{statement.figure(asset, add(before, moved))}, but {statement.balance_field} says "
        f"{statement.figure(asset, batch.balance)}{_named(new)}; "
    )
    problem += (
        "for a statement that begins mid-history give the balance before it with "
        f"--opening {asset}=AMOUNT, otherwise export the file again"
        if first
        else "a line is missing or was changed here or before: export the file again"
    )
    return Malformed(f"{statement.amount_field}, {statement.balance_field}", problem, new[0].number)


def _named(lines: list[StatementLine]) -> str:
    if len(lines) == 1:
        return ""
    numbers = ", ".join(str(line.number) for line in lines[:_NAMED_LINES_MAX])
    more = f" and {len(lines) - _NAMED_LINES_MAX} more" if len(lines) > _NAMED_LINES_MAX else ""
    return f" (booked together: lines {numbers}{more})"


def _opening(statement: Statement, account: str, asset: str, held: Amount) -> ReportVenueLine:
    return ReportVenueLine.model_validate(
        {
            "command_id": opening_id(statement, account, asset),
            "at": write_instant(statement.lines[0].at),
            "account": account,
            "venue": statement.venue,
            "asset": asset,
            "amount": write_amount(held),
            "balance": write_amount(held),
            "venue_kind": "opening balance",
            "reference": f"opening:{asset}",
            "kind": MovementKind.OPENING_BALANCE,
        }
    )


def _fact(
    statement: Statement, account: str, line: StatementLine, digest: str | None
) -> ReportVenueLine:
    happened_at = line.happened_at
    return ReportVenueLine.model_validate(
        {
            "command_id": command_id(statement, account, line),
            "at": write_instant(line.at),
            "account": account,
            "venue": statement.venue,
            "asset": line.asset,
            "amount": write_amount(line.amount),
            "balance": None if line.balance is None else write_amount(line.balance),
            "venue_kind": line.venue_kind,
            "reference": line.reference,
            "kind": line.kind,
            "status": line.status,
            "happened_at": None if happened_at is None else write_instant(happened_at),
            "instrument": line.instrument,
            "order_id": line.order_id,
            "fee": None if line.fee is None else write_amount(line.fee),
            "line": digest,
        }
    )
