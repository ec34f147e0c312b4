"""Commands about assets."""

from pydantic import Field

from ledger.commands.command import Command, Identifier, stream_of
from ledger.events import AssetKind
from ledger.numbers import AMOUNT_DECIMALS_MAX


class RegisterAsset(Command):
    """Register an asset: `scale` is the number of decimals of its smallest unit, 0 to 18."""

    asset: Identifier
    scale: int = Field(ge=0, le=AMOUNT_DECIMALS_MAX)
    kind: AssetKind

    def streams(self) -> tuple[str, ...]:
        """Only the asset's own."""
        return (stream_of("asset", self.asset),)
