"""An asset: registered once, with a scale that never changes, and admitted for trading or not."""

from msgspec.structs import replace

from ledger.commands import AdmitAsset, RegisterAsset, WithdrawAssetAdmission
from ledger.events import AssetAdmissionWithdrawn, AssetAdmitted, AssetRegistered, Draft, Recorded
from ledger.instants import Instant
from ledger.numbers import Amount, decimals
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_end, with_value


class Asset(State, frozen=True):
    """All that a decision may know of an asset: `scale` is None while it is not registered.

    `admissions` says by date whether it is admitted for retail, or only for professionals; None
    from where its admission was withdrawn.
    """

    STREAM = "asset"

    scale: int | None = None
    admissions: Timeline[bool | None] = ()

    def admitted(self, now: Instant, *, retail: bool) -> bool:
        """Tell whether it is admitted at a moment, and where asked, for retail."""
        for_retail = in_force(self.admissions, now)
        return for_retail is not None and (for_retail or not retail)


def evolve(state: Asset, recorded: Recorded) -> Asset:
    """Transcribe an event into the state."""
    match recorded.event:
        case AssetRegistered(scale=scale):
            return replace(state, scale=scale)
        case AssetAdmitted(effective_from=effective_from, retail=retail):
            return replace(state, admissions=with_value(state.admissions, effective_from, retail))
        case AssetAdmissionWithdrawn(effective_from=effective_from):
            return replace(state, admissions=with_end(state.admissions, effective_from, None))
        case _:
            return state


def register(situation: Situation, command: RegisterAsset) -> list[Draft]:
    """Register an asset, once."""
    asset = situation.of(Asset, command.asset)
    if asset.scale is not None:
        return refuse(command, Reason.ASSET_EXISTS, limit=asset.scale, attempted=command.scale)
    event = AssetRegistered(asset=command.asset, scale=command.scale, kind=command.kind)
    return [Draft(stream=command.stream(), event=event)]


@upholds("R32", "R125")
def admit(situation: Situation, command: AdmitAsset) -> list[Draft]:
    """Admit an asset by a decision: for all, or only for professionals."""
    assert situation.approval is not None
    asset = situation.of(Asset, command.asset)
    effective_from = situation.effective_from(command)
    if asset.scale is None:
        return refuse(command, Reason.ASSET_UNKNOWN, attempted=command.asset)
    if in_force(asset.admissions, effective_from) is command.retail:
        return refuse(command, Reason.ASSET_ADMITTED, attempted=command.asset)
    event = AssetAdmitted(
        asset=command.asset,
        retail=command.retail,
        decision=command.decision,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R32", "R125")
def withdraw_admission(situation: Situation, command: WithdrawAssetAdmission) -> list[Draft]:
    """Withdraw an asset's admission by a decision."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    if not situation.of(Asset, command.asset).admitted(effective_from, retail=False):
        return refuse(command, Reason.ASSET_NOT_ADMITTED, attempted=command.asset)
    event = AssetAdmissionWithdrawn(
        asset=command.asset,
        reason=command.reason,
        decision=command.decision,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def misfit(asset: Asset, amount: Amount) -> Reason | None:
    """Say why an amount of this asset cannot be booked by command, if it cannot."""
    if asset.scale is None:
        return Reason.ASSET_UNKNOWN
    return Reason.FINER_THAN_SCALE if decimals(amount) > asset.scale else None


def misfit_flags(asset: Asset, amount: Amount) -> tuple[Flag, ...]:
    """Say the same of a fact, which is recorded and flagged."""
    reason = misfit(asset, amount)
    return (Flag(reason),) if reason else ()


RULES: Rules = {
    RegisterAsset: register,
    AdmitAsset: admit,
    WithdrawAssetAdmission: withdraw_admission,
}
