"""Commands about a client: admitted, classified, assessed, restricted, and let go.

No field takes a name: `identity` is a reference into the vault, evidence is a digest.
"""

from ledger.commands.command import (
    Command,
    Critical,
    DatedChange,
    Digest,
    Identifier,
    InstantField,
    Text,
)
from ledger.events import (
    Benefit,
    ClientKind,
    Extent,
    Function,
    Ground,
)

ONBOARDING = frozenset({Function.OPERATIONS, Function.COMPLIANCE})
OVERSEEING = frozenset({Function.RISK, Function.COMPLIANCE})
GUARDING = frozenset({Function.COMPLIANCE})


class AdmitClient(Command):
    """Admit a client; `identity` is the vault's reference to his particulars."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    kind: ClientKind
    identity: Digest


class CeaseClient(Command):
    """Let a client go whose accounts are all closed: the periods of retention begin."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    reason: Text


class SignAgreement(Command):
    """Note that a client signed a version of the client agreement."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    version: Identifier
    document: Digest


class GiveAuthority(Command):
    """Note a client's standing authority to use his assets in the ways of `scope`."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier
    scope: Identifier
    document: Digest
    valid_until: InstantField | None = None


class RenewAuthority(Command):
    """Note that a standing authority goes on; `notified_at` is when the client was reminded."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier
    notified_at: InstantField
    valid_until: InstantField


class RevokeAuthority(Command):
    """Note that a standing authority ends, at once."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier


class RestrictClient(Command):
    """Let a client only reduce, or do nothing at all, for a ground with its legal basis."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    restriction: Identifier
    extent: Extent
    ground: Ground
    legal_basis: Text


class LiftRestriction(Command):
    """Lift a restriction."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    restriction: Identifier
    reason: Text


class OfferBenefit(Command):
    """Offer a client something; tied to one asset only if it is a discount on fees."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.DEALING, Function.FINANCE, Function.OPERATIONS})

    client: Identifier
    benefit: Benefit
    terms: Text
    asset: Identifier | None = None


class GrantOverride(DatedChange):
    """Let one waivable control not bind a client until `until`."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    override: Identifier
    control: Identifier
    reason: Text
    until: InstantField


class PlaceLegalHold(Command):
    """Let nothing of a client be destroyed until the hold is released."""

    STREAM = "client"
    FUNCTIONS = GUARDING

    client: Identifier
    hold: Identifier
    authority: Text
    notice: Identifier


class ReleaseLegalHold(Critical):
    """Release a legal hold."""

    STREAM = "client"
    FUNCTIONS = GUARDING

    client: Identifier
    hold: Identifier
    reason: Text


class DestroyClientKey(Critical):
    """Have the vault's key of a client who left destroyed, once retention is over."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.TECHNOLOGY})

    client: Identifier
