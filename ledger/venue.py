"""A mirror: an account that repeats what another venue's statement says, line by line."""

from ledger.asset import Asset, misfit_flags
from ledger.chart import Segregation
from ledger.commands import OpenMirrorAccount, ReportVenueExecution, ReportVenueLine
from ledger.contract import signed
from ledger.events import (
    Draft,
    Event,
    ExecutionKind,
    MirrorAccountOpened,
    VenueExecution,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)
from ledger.holding import Account
from ledger.numbers import (
    FINEST,
    Amount,
    Rounding,
    from_minor,
    product,
    round_to,
)
from ledger.position import book
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.situation import Rules, Situation


def open_mirror(situation: Situation, command: OpenMirrorAccount) -> list[Draft]:
    """Mirror an account from here on; refused where the id is taken."""
    account = situation.of(Account, command.account)
    if account.segregation is not None:
        return refuse(command, Reason.ACCOUNT_EXISTS, limit=account.mirror_of)
    event = MirrorAccountOpened(account=command.account, venue=command.venue)
    return [Draft(stream=command.stream(), event=event, at=command.at)]


def report_line(situation: Situation, command: ReportVenueLine) -> list[Draft]:
    """Record a line: moved, only noted, or quarantined where its kind is not known."""
    account, asset = situation.of(Account, command.account), situation.of(Asset, command.asset)
    flags = situation.flags(command)
    mirrored = account.mirror_of == command.venue
    segregation = Segregation.MIRROR if mirrored else Segregation.SUSPENSE
    flags += () if mirrored else (Flag.NOT_A_MIRROR,)
    flags += misfit_flags(asset, command.amount)
    if command.status is not None:
        event: Event = _noted(command)
    elif command.kind is not None:
        event = _moved(command, segregation, flags)
    else:
        event = _quarantined(command, segregation, flags)
    return [Draft(stream=command.stream(), event=event, at=command.at)]


def _moved(
    command: ReportVenueLine, segregation: Segregation, flags: tuple[Flag, ...]
) -> VenueMovement:
    assert command.kind is not None
    return VenueMovement(
        account=command.account,
        venue=command.venue,
        kind=command.kind,
        asset=command.asset,
        amount=command.amount,
        balance=command.balance,
        venue_kind=command.venue_kind,
        reference=command.reference,
        happened_at=command.happened_at,
        instrument=command.instrument,
        order_id=command.order_id,
        fee=command.fee,
        line=command.line,
        segregation=segregation,
        flags=flags,
    )


def _noted(command: ReportVenueLine) -> VenueLineNoted:
    assert command.status is not None
    return VenueLineNoted(
        account=command.account,
        venue=command.venue,
        status=command.status,
        asset=command.asset,
        amount=command.amount,
        venue_kind=command.venue_kind,
        reference=command.reference,
        happened_at=command.happened_at,
        kind=command.kind,
        instrument=command.instrument,
        balance=command.balance,
        order_id=command.order_id,
        fee=command.fee,
        line=command.line,
    )


def _quarantined(
    command: ReportVenueLine, segregation: Segregation, flags: tuple[Flag, ...]
) -> VenueLineQuarantined:
    return VenueLineQuarantined(
        account=command.account,
        venue=command.venue,
        asset=command.asset,
        amount=command.amount,
        balance=command.balance,
        venue_kind=command.venue_kind,
        reference=command.reference,
        happened_at=command.happened_at,
        instrument=command.instrument,
        order_id=command.order_id,
        fee=command.fee,
        line=command.line,
        segregation=segregation,
        flags=flags,
    )


def report_execution(situation: Situation, command: ReportVenueExecution) -> list[Draft]:
    """Record a trade or settlement by average cost; the venue's own cost stands, if it says one."""
    account, asset = situation.of(Account, command.account), situation.of(Asset, command.asset)
    mirrored = account.mirror_of == command.venue
    quantity = signed(command.side, command.quantity)
    reckoned = _reckoned(command)
    cost = reckoned if command.cost is None else command.cost
    flags = situation.flags(command) + (() if mirrored else (Flag.NOT_A_MIRROR,))
    flags += misfit_flags(asset, cost)
    if command.multiplier is not None and cost != reckoned:
        flags += (Flag.VALUE_DIFFERS,)
    if command.kind is ExecutionKind.OPENING_POSITION:
        flags += (Flag.COST_UNKNOWN,)
    unit = from_minor(1, asset.scale or 0)
    position, realized = book(account.position(command.instrument), quantity, cost, unit)
    event = VenueExecution(
        account=command.account,
        venue=command.venue,
        kind=command.kind,
        execution_id=command.execution_id,
        instrument=command.instrument,
        side=command.side,
        quantity=command.quantity,
        price=command.price,
        cost=cost,
        asset=command.asset,
        realized_profit=realized,
        position_quantity=position.quantity,
        position_cost=position.cost,
        multiplier=command.multiplier,
        order_id=command.order_id,
        liquidity=command.liquidity,
        happened_at=command.happened_at,
        line=command.line,
        segregation=Segregation.MIRROR if mirrored else Segregation.SUSPENSE,
        flags=flags,
    )
    return [Draft(stream=command.stream(), event=event, at=command.at)]


def _reckoned(command: ReportVenueExecution) -> Amount:
    """Reckon price x quantity x multiplier, signed as bought."""
    value = product(command.price, signed(command.side, command.quantity))
    if command.multiplier is not None:
        value = product(value, command.multiplier)
    return round_to(value, FINEST, Rounding.HALF_EVEN)


RULES: Rules = {
    OpenMirrorAccount: open_mirror,
    ReportVenueLine: report_line,
    ReportVenueExecution: report_execution,
}
