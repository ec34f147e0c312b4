"""Commands of four eyes: propose a critical change, approve exactly that, or decline it."""

from typing import Any, Self

from pydantic import ValidationError, model_validator

from ledger.commands.access import GrantRole, RegisterEntity
from ledger.commands.account import CorrectMovement, PostJournal
from ledger.commands.affiliate import (
    AppointMarketMaker,
    DeclareAffiliation,
    EndAffiliation,
    TerminateMarketMaker,
)
from ledger.commands.asset import AdmitAsset, WithdrawAssetAdmission
from ledger.commands.client import (
    DestroyClientKey,
    GrantOverride,
    ReleaseLegalHold,
)
from ledger.commands.collateral import SetHaircutSchedule
from ledger.commands.command import (
    ENVELOPE_FIELDS,
    ActorField,
    Command,
    Critical,
    Digest,
    Identifier,
    InstantField,
    Text,
    first_problem,
)
from ledger.commands.disclosure import PublishDisclosure
from ledger.commands.funding import SetFundingRule
from ledger.commands.instrument import SpecifyInstrument
from ledger.commands.investor import CorrectClassification
from ledger.commands.liquidation import OverrideLiquidation
from ledger.commands.margin import SetMarginSchedule
from ledger.commands.margin_call import CancelMarginCall, ExtendMarginCall
from ledger.commands.permission import GrantPermission, RevokePermission, VaryPermission
from ledger.commands.price import SetMarkMethod, SetPriceMethod
from ledger.commands.product import ApproveProduct, WithdrawProduct
from ledger.commands.rules import AdoptRulePack, ChangeParameter
from ledger.commands.trade import BustTrade, CorrectTrade
from ledger.events import Function

CHANGES: dict[str, type[Critical]] = {
    change.__name__: change
    for change in (
        RegisterEntity,
        GrantRole,
        AdoptRulePack,
        ChangeParameter,
        GrantPermission,
        VaryPermission,
        RevokePermission,
        ApproveProduct,
        WithdrawProduct,
        SpecifyInstrument,
        SetPriceMethod,
        SetMarkMethod,
        SetFundingRule,
        SetMarginSchedule,
        SetHaircutSchedule,
        AdmitAsset,
        WithdrawAssetAdmission,
        PublishDisclosure,
        CorrectClassification,
        GrantOverride,
        ReleaseLegalHold,
        DestroyClientKey,
        DeclareAffiliation,
        EndAffiliation,
        AppointMarketMaker,
        TerminateMarketMaker,
        PostJournal,
        CorrectMovement,
        BustTrade,
        CorrectTrade,
        ExtendMarginCall,
        CancelMarginCall,
        OverrideLiquidation,
    )
}
"""Every change that needs four eyes."""


def change_of(
    change_type: str,
    fields: dict[str, Any],
    *,
    command_id: str,
    actor: ActorField,
    legal_entity: str,
) -> Critical:
    """Make the command that a proposal holds, to be decided in the name of its approval.

    Raises `KeyError` for a type that is no change, `pydantic.ValidationError` for wrong fields.
    """
    envelope = {"command_id": command_id, "actor": actor, "legal_entity": legal_entity}
    return CHANGES[change_type].model_validate({**fields, **envelope})


class ProposeChange(Command):
    """Propose a critical change: `change` is the command, with its `type`, without its envelope.

    The proposer's function must be one in which that command may be given. The approval must come
    before `expires_at`.
    """

    STREAM = "proposal"

    proposal: Identifier
    change: dict[str, Any]
    expires_at: InstantField
    rationale: Text

    @model_validator(mode="after")
    def _is_a_change(self) -> Self:
        self.proposed()
        return self

    def proposed(self) -> Critical:
        """Make the command that is proposed. Raises `ValueError` where it is none."""
        fields = dict(self.change)
        name = fields.pop("type", None)
        if not isinstance(name, str) or name not in CHANGES:
            raise ValueError(f"change.type: {name!r} is none of {', '.join(sorted(CHANGES))}")
        if alien := fields.keys() & ENVELOPE_FIELDS:
            raise ValueError(f"change.{min(alien)}: it stands beside the change, not in it")
        try:
            return change_of(
                name,
                fields,
                command_id=self.command_id,
                actor=self.actor,
                legal_entity=self.legal_entity,
            )
        except ValidationError as error:
            problem = first_problem(error)
            raise ValueError(f"change.{problem.field}: {problem.problem}") from None

    def body(self) -> dict[str, Any]:
        """Say what is proposed in its one normal form, so that the same is always the same."""
        change = self.proposed()
        return super().body() | {"change": {"type": type(change).__name__, **change.body()}}


class ApproveChange(Command):
    """Approve a proposal whose content has this digest; the change takes effect with it."""

    STREAM = "proposal"
    FUNCTIONS = frozenset(
        {Function.COMPLIANCE, Function.RISK, Function.FINANCE, Function.MANAGEMENT}
    )
    CITES = True

    proposal: Identifier
    change_digest: Digest


class DeclineChange(Command):
    """Turn a proposal down, or take one's own back."""

    STREAM = "proposal"

    proposal: Identifier
    reason: Text
