"""A mirror: an account that repeats what another venue's statement says, line by line."""

from ledger.account import Account
from ledger.asset import Asset, misfit_flags
from ledger.chart import Segregation
from ledger.commands import OpenMirrorAccount, ReportVenueLine
from ledger.events import (
    Draft,
    Event,
    MirrorAccountOpened,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)
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


RULES: Rules = {OpenMirrorAccount: open_mirror, ReportVenueLine: report_line}
