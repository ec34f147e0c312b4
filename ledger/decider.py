"""Which rule decides which command, and how each kind of stream evolves: the core in one page.

`decide` is total, deterministic and free of effects: time, states and cited records are arguments.
"""

from collections.abc import Callable
from typing import Any

from ledger import (
    access,
    account,
    acknowledgment,
    affiliation,
    assessment,
    asset,
    booking,
    bust,
    classification,
    client,
    collateral,
    conversion,
    correction,
    deleveraging_round,
    disclosure,
    eligibility,
    funding,
    funding_settlement,
    holding,
    instrument,
    legal_entity,
    liquidating,
    loss_sharing,
    mandate,
    manual_journal,
    margin_call,
    margin_standing,
    margining,
    mark,
    onboarding,
    opening,
    order_reports,
    ordering,
    override,
    parameters,
    price,
    price_making,
    product,
    proposal,
    reduction,
    reserve_fund,
    restriction,
    retention,
    schedules,
    sweep,
    takeover,
    trade,
    venue,
)
from ledger.commands import ApproveChange, Command, Fact, Reckoning
from ledger.events import Draft, Recorded
from ledger.instants import write_instant
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.situation import Rules, Situation, State

RULES: Rules = {
    **access.RULES,
    **proposal.RULES,
    **eligibility.RULES,
    **affiliation.RULES,
    **sweep.RULES,
    **parameters.RULES,
    **legal_entity.RULES,
    **product.RULES,
    **instrument.RULES,
    **price_making.RULES,
    **mark.RULES,
    **funding.RULES,
    **funding_settlement.RULES,
    **schedules.RULES,
    **margining.RULES,
    **margin_call.RULES,
    **liquidating.RULES,
    **reduction.RULES,
    **conversion.RULES,
    **takeover.RULES,
    **loss_sharing.RULES,
    **deleveraging_round.RULES,
    **reserve_fund.RULES,
    **collateral.RULES,
    **disclosure.RULES,
    **acknowledgment.RULES,
    **mandate.RULES,
    **restriction.RULES,
    **override.RULES,
    **retention.RULES,
    **opening.RULES,
    **onboarding.RULES,
    **classification.RULES,
    **assessment.RULES,
    **account.RULES,
    **asset.RULES,
    **ordering.RULES,
    **order_reports.RULES,
    **trade.RULES,
    **bust.RULES,
    **venue.RULES,
    **correction.RULES,
    **manual_journal.RULES,
}
"""The rule of every command but the approval of one."""

Evolve = Callable[[Any, Recorded], State]

KINDS: dict[str, tuple[type[State], Evolve]] = {
    kind.STREAM: (kind, evolve)
    for kind, evolve in (
        (access.Access, access.evolve),
        (holding.Account, booking.evolve),
        (asset.Asset, asset.evolve),
        (client.Client, client.evolve),
        (disclosure.Document, disclosure.evolve),
        (instrument.Instrument, instrument.evolve),
        (price.Index, price.evolve_index),
        (price.Valuation, price.evolve_index),
        (price.Price, price.evolve_price),
        (funding.Funding, funding.evolve),
        (margin_standing.Evaluation, margin_standing.evolve),
        (schedules.MarginSchedule, schedules.evolve_margin),
        (schedules.Haircuts, schedules.evolve_haircuts),
        (legal_entity.LegalEntity, legal_entity.evolve),
        (manual_journal.Journal, manual_journal.evolve),
        (parameters.Parameters, parameters.evolve),
        (product.Product, product.evolve),
        (proposal.Proposal, proposal.evolve),
        (reserve_fund.ReserveFund, reserve_fund.evolve),
    )
}
"""By kind of stream: the state before its first event, and how it evolves."""


def decide(situation: Situation, command: Command) -> list[Draft]:
    """Decide a command: the events that follow, at least one; a refusal is an event too."""
    if refusal := _impossible(situation, command) or access.barred(situation, command):
        return refusal
    if isinstance(command, ApproveChange):
        return proposal.approve(situation, command, _rule)
    return _rule(situation, command)


def _rule(situation: Situation, command: Command) -> list[Draft]:
    return RULES[type(command)](situation, command)


def _impossible(situation: Situation, command: Command) -> list[Draft]:
    """Refuse what is dated later than can have happened yet, however much clocks may differ."""
    latest = situation.now + situation.tolerance.future
    if not isinstance(command, Fact | Reckoning) or command.at <= latest:
        return []
    limit, at = write_instant(latest), write_instant(command.at)
    return refuse(command, Reason.AT_IN_FUTURE, limit=limit, attempted=at)


def initial_state(stream: str) -> State:
    """Give the state of a stream before its first event; blank for one that has no state."""
    kind, _ = KINDS.get(stream.partition("-")[0], (State, None))
    return kind()


def evolve(state: State, recorded: Recorded) -> State:
    """Transcribe a recorded event into the state of its stream."""
    if state.STREAM not in KINDS:
        return state
    _, transcribe = KINDS[state.STREAM]
    return transcribe(state, recorded)


class States(dict[str, State]):
    """States by stream; one that nothing has happened to is as it begins."""

    def __missing__(self, stream: str) -> State:
        return initial_state(stream)
