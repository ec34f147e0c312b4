"""A client as decisions see him: every status he has, with the term for which he has it."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ledger.events import (
    AccountAssigned,
    AffiliationDeclared,
    AffiliationEnded,
    AgreementSigned,
    AuthorityGiven,
    AuthorityRenewed,
    AuthorityRevoked,
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientAdmitted,
    ClientCeased,
    ClientClass,
    ClientClassified,
    ClientKeyDestroyed,
    ClientKind,
    ClientRestricted,
    ConsentSigned,
    ConsentWithdrawn,
    CorporateAssessed,
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    DisclosureAcknowledged,
    DisclosureShown,
    Event,
    ExposureLimitSet,
    Extent,
    KnowledgeAssessed,
    LegalHoldPlaced,
    LegalHoldReleased,
    MarketMakerAppointed,
    MarketMakerTerminated,
    OverrideGranted,
    Recorded,
    Relation,
    RestrictionLifted,
    RiskProfileSet,
    StampCorrected,
    Subject,
    SuitabilityAssessed,
)
from ledger.instants import Instant
from ledger.reasons import Reason
from ledger.situation import State
from ledger.standing import (
    Authority,
    Classified,
    Exposure,
    Override,
    Program,
    Restriction,
    Suitability,
    Sweep,
)
from ledger.timeline import Term, Timeline, in_force, with_value


class Client(State, frozen=True):
    """All that a decision may know of a client: `kind` is None while he is not admitted.

    `accounts` holds his accounts and of which account each is a part; `acknowledged` the latest
    version of each document that he acknowledged, and `shown` the latest that he was shown, with
    its language and when.
    """

    STREAM = "client"

    kind: ClientKind | None = None
    ceased_at: Instant | None = None
    key_destroyed: bool = False
    accounts: dict[str, str | None] = {}
    classifications: tuple[Classified, ...] = ()
    consented: bool = False
    assessed_until: Instant | None = None
    knowledge: frozenset[Subject] = frozenset()
    profiled: bool = False
    exposure: Exposure | None = None
    suitability: dict[str, Suitability] = {}
    agreed: bool = False
    shown: dict[str, tuple[int, str, Instant]] = {}
    acknowledged: dict[str, int] = {}
    authorities: dict[str, Authority] = {}
    restrictions: dict[str, Restriction] = {}
    overrides: dict[str, Override] = {}
    holds: dict[str, bool] = {}
    relations: dict[Relation, Timeline[str | None]] = {}
    programs: dict[str, Program] = {}
    sweeps: dict[str, Sweep] = {}

    def classified(self, now: Instant) -> Classified | None:
        """Give the classification that began last, whether it is still in force or has lapsed."""
        latest: Classified | None = None
        for known in self.classifications:
            begun = known.term.effective_from <= now
            if begun and (latest is None or _beginning(known) > _beginning(latest)):
                latest = known
        return latest

    def classification(self, now: Instant) -> ClientClass | None:
        """Give the class in force at a moment; None before the first and after a lapse."""
        latest = self.classified(now)
        return latest.classification if latest and latest.term.covers(now) else None

    def treated_as_professional(self, now: Instant) -> bool:
        """Tell whether he is an institution, or a professional who consents and was assessed."""
        classification = self.classification(now)
        if classification is not ClientClass.PROFESSIONAL:
            return classification is ClientClass.INSTITUTIONAL
        assessed = self.assessed_until is not None and now < self.assessed_until
        return self.consented and (assessed or self.kind is ClientKind.INDIVIDUAL)

    def party(self, relation: Relation, now: Instant) -> str | None:
        """Name the affiliate, or the employee, that he is declared to be at a moment."""
        declared: Timeline[str | None] = self.relations.get(relation, ())
        return in_force(declared, now)

    def is_a(self, relation: Relation, now: Instant) -> bool:
        """Tell whether he is declared an affiliate, or an employee, at a moment."""
        return self.party(relation, now) is not None

    def restricted_to(self, extent: Extent) -> str | None:
        """Name a restriction of this extent that is not lifted; None where there is none."""
        placed = self.restrictions.items()
        return next((n for n, r in placed if r.extent is extent and not r.lifted), None)

    def held(self) -> str | None:
        """Name a legal hold that is not released; None where there is none."""
        return next((name for name, stands in self.holds.items() if stands), None)


def _beginning(classified: Classified) -> tuple[Instant, int]:
    return classified.term.effective_from, classified.version


def absent(client: Client) -> Reason | None:
    """Say why nothing can be done with this client, if it cannot: he never came, or has left."""
    if client.kind is None:
        return Reason.CLIENT_UNKNOWN
    return None if client.ceased_at is None else Reason.CLIENT_CEASED


def evolve(state: Client, recorded: Recorded) -> Client:
    """Transcribe an event into the state."""
    transcribe = _TRANSCRIBE.get(type(recorded.event))
    return state if transcribe is None else transcribe(state, recorded.event, recorded)


def _assigned(state: Client, event: AccountAssigned, _: Recorded) -> Client:
    return replace(state, accounts={**state.accounts, event.account: event.parent})


def _classified(state: Client, event: ClientClassified, recorded: Recorded) -> Client:
    term = Term(event.valid_from, event.valid_until)
    said = Classified(recorded.version, event.classification, term)
    return replace(state, classifications=(*state.classifications, said))


def _confirmed(state: Client, event: ClassificationConfirmed, recorded: Recorded) -> Client:
    latest = state.classified(recorded.at)
    if latest is None:
        return state
    others = tuple(c for c in state.classifications if c is not latest)
    term = Term(latest.term.effective_from, event.valid_until)
    return replace(state, classifications=(*others, replace(latest, term=term)))


def _corrected(state: Client, event: ClassificationCorrected, _: Recorded) -> Client:
    stands = tuple(c for c in state.classifications if c.version != event.version)
    return replace(state, classifications=stands)


def _suitability(state: Client, event: SuitabilityAssessed, _: Recorded) -> Client:
    found = Suitability(event.suitable, event.concentration, event.valid_until)
    return replace(state, suitability={**state.suitability, event.product: found})


def _shown(state: Client, event: DisclosureShown, recorded: Recorded) -> Client:
    last = (event.version, event.language.value, recorded.at)
    return replace(state, shown={**state.shown, event.document: last})


def _authority(
    state: Client, event: AuthorityGiven | AuthorityRenewed | AuthorityRevoked, recorded: Recorded
) -> Client:
    known = state.authorities.get(event.authority)
    match event:
        case AuthorityGiven():
            term = Term(event.valid_from, event.valid_until)
            given = Authority(event.scope, term, agreed_at=recorded.at)
        case AuthorityRenewed() if known:
            term = Term(known.term.effective_from, event.valid_until)
            given = replace(known, term=term, agreed_at=recorded.at)
        case AuthorityRevoked() if known:
            given = replace(known, term=known.term.ended(recorded.at))
        case _:
            return state
    return replace(state, authorities={**state.authorities, event.authority: given})


def _restricted(state: Client, event: ClientRestricted | RestrictionLifted, _: Recorded) -> Client:
    name = event.restriction
    if isinstance(event, ClientRestricted):
        placed = Restriction(event.extent)
    elif name in state.restrictions:
        placed = replace(state.restrictions[name], lifted=True)
    else:
        return state
    return replace(state, restrictions={**state.restrictions, name: placed})


def _overridden(state: Client, event: OverrideGranted, _: Recorded) -> Client:
    override = Override(event.control, Term(event.effective_from, event.until))
    return replace(state, overrides={**state.overrides, event.override: override})


def _related(state: Client, event: AffiliationDeclared | AffiliationEnded, _: Recorded) -> Client:
    known = state.relations.get(event.relation, ())
    party = event.party if isinstance(event, AffiliationDeclared) else None
    timeline = with_value(known, event.effective_from, party)
    return replace(state, relations={**state.relations, event.relation: timeline})


def _program(
    state: Client, event: MarketMakerAppointed | MarketMakerTerminated, _: Recorded
) -> Client:
    if isinstance(event, MarketMakerAppointed):
        term = Term(event.effective_from, event.until)
        program = Program(event.products, event.entity, event.permission, term)
    elif event.program in state.programs:
        known = state.programs[event.program]
        program = replace(known, term=known.term.ended(event.effective_from))
    else:
        return state
    return replace(state, programs={**state.programs, event.program: program})


def _sweep(
    state: Client,
    event: CorrectionSweepOpened | StampCorrected | CorrectionSweepClosed,
    recorded: Recorded,
) -> Client:
    known = state.sweeps.get(event.sweep)
    if isinstance(event, CorrectionSweepOpened):
        sweep = Sweep(event.relation, event.since, event.until, event.holds)
    elif known is None:
        return state
    elif isinstance(event, CorrectionSweepClosed):
        sweep = replace(known, closed=True)
    else:
        sweep = replace(known, corrected=known.corrected | {recorded.corrects or 0})
    return replace(state, sweeps={**state.sweeps, event.sweep: sweep})


_Transcribe = Callable[[Client, Any, Recorded], Client]

_TRANSCRIBE: dict[type[Event], _Transcribe] = {
    ClientAdmitted: lambda s, e, _: replace(s, kind=e.kind),
    ClientCeased: lambda s, _, r: replace(s, ceased_at=r.at),
    ClientKeyDestroyed: lambda s, _, __: replace(s, key_destroyed=True),
    AccountAssigned: _assigned,
    ClientClassified: _classified,
    ClassificationConfirmed: _confirmed,
    ClassificationCorrected: _corrected,
    CorporateAssessed: lambda s, e, _: replace(s, assessed_until=e.valid_until),
    ConsentSigned: lambda s, _, __: replace(s, consented=True),
    ConsentWithdrawn: lambda s, _, __: replace(s, consented=False),
    KnowledgeAssessed: lambda s, e, _: replace(s, knowledge=s.knowledge | {e.subject}),
    RiskProfileSet: lambda s, _, __: replace(s, profiled=True),
    ExposureLimitSet: lambda s, e, _: replace(
        s, exposure=Exposure(e.limit, e.concentration, e.review_due)
    ),
    SuitabilityAssessed: _suitability,
    AgreementSigned: lambda s, _, __: replace(s, agreed=True),
    DisclosureShown: _shown,
    DisclosureAcknowledged: lambda s, e, _: replace(
        s, acknowledged={**s.acknowledged, e.document: e.version}
    ),
    AuthorityGiven: _authority,
    AuthorityRenewed: _authority,
    AuthorityRevoked: _authority,
    ClientRestricted: _restricted,
    RestrictionLifted: _restricted,
    OverrideGranted: _overridden,
    LegalHoldPlaced: lambda s, e, _: replace(s, holds={**s.holds, e.hold: True}),
    LegalHoldReleased: lambda s, e, _: replace(s, holds={**s.holds, e.hold: False}),
    AffiliationDeclared: _related,
    AffiliationEnded: _related,
    MarketMakerAppointed: _program,
    MarketMakerTerminated: _program,
    CorrectionSweepOpened: _sweep,
    StampCorrected: _sweep,
    CorrectionSweepClosed: _sweep,
}
