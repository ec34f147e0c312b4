"""What every command and fact carries, and the types of its fields: the door's vocabulary.

A command asks for something and may be refused. A fact reports what already happened elsewhere and
is recorded whatever the rules say. Both are validated here once, slowly, with good messages.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic.functional_validators import AfterValidator, PlainValidator

from ledger.commands.personal import impersonal
from ledger.errors import Malformed
from ledger.events import Actor, ActorKind, EntityRole, Function
from ledger.instants import Instant, read_instant, write_instant
from ledger.numbers import (
    AMOUNT_LENGTH_MAX,
    AMOUNT_PATTERN,
    Amount,
    read_amount,
    write_amount,
)


def _amount_from_text(value: object) -> Amount:
    if not isinstance(value, str):
        raise ValueError('an amount is a decimal in a string, such as "1250.5"')  # noqa: TRY004 - pydantic reports ValueError
    return read_amount(value)


def positive_amount(value: object) -> Amount:
    """Read an amount above zero. Raises `ValueError` for anything else."""
    amount = _amount_from_text(value)
    if amount <= 0:
        raise ValueError("the amount must be above zero")
    return amount


def _non_negative(value: object) -> Amount:
    amount = _amount_from_text(value)
    if amount < 0:
        raise ValueError("the amount must not be below zero")
    return amount


def _percent(value: object) -> Amount:
    amount = _amount_from_text(value)
    if not 0 <= amount <= 100:  # noqa: PLR2004 - that is what a percentage is
        raise ValueError("a percentage lies between 0 and 100")
    return amount


def _instant_from_text(value: object) -> Instant:
    if not isinstance(value, str):
        raise ValueError('a time is ISO 8601 in a string, such as "2026-02-11T08:00:00Z"')  # noqa: TRY004 - pydantic reports ValueError
    return read_instant(value)


def _day(text: str) -> str:
    read_instant(text)
    return text


amount_schema = WithJsonSchema(
    {"type": "string", "pattern": AMOUNT_PATTERN, "maxLength": AMOUNT_LENGTH_MAX}
)

AmountField = Annotated[
    Amount, PlainValidator(_amount_from_text), PlainSerializer(write_amount), amount_schema
]
PositiveAmount = Annotated[
    Amount, PlainValidator(positive_amount), PlainSerializer(write_amount), amount_schema
]
NonNegativeAmount = Annotated[
    Amount, PlainValidator(_non_negative), PlainSerializer(write_amount), amount_schema
]
InstantField = Annotated[
    Instant,
    PlainValidator(_instant_from_text),
    PlainSerializer(write_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[ -~]{1,64}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(impersonal)]
ParameterName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z_]{0,30}(\.[a-z][a-z_]{0,30}){1,4}$")
]
Scope = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9._-]+(/[A-Za-z0-9._-]+){0,2})?$")]
Lei = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{18}[0-9]{2}$")]
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_day)
]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Percent = Annotated[Amount, PlainValidator(_percent), PlainSerializer(write_amount), amount_schema]

ENVELOPE_FIELDS = frozenset(
    {"command_id", "actor", "legal_entity", "correlation", "causation", "sent_at"}
)


def content_digest(name: str, body: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the name of a command and what it asks for, keys sorted."""
    return hashlib.sha256(msgspec.json.encode([name, body], order="sorted")).hexdigest()


def first_problem(error: ValidationError) -> Malformed:
    """Say in one sentence what is wrong, and where."""
    problem = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return Malformed(field, message[0].lower() + message[1:])


class ActorField(BaseModel):
    """Who gives the command: kind (human, service, engine), id, role, and for whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ActorKind = ActorKind.SERVICE
    id: Identifier = "ledger"
    role: Identifier | None = None
    on_behalf_of: Identifier | None = None

    def as_actor(self) -> Actor:
        """Turn it into what the envelope records."""
        return Actor(kind=self.kind, id=self.id, role=self.role, on_behalf_of=self.on_behalf_of)


class Command(BaseModel):
    """A request that may be refused; `command_id` makes it safe to send again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    STREAM: ClassVar[str]
    """The kind of stream on which a refusal is recorded; the field of that name says which one."""
    NAMED_BY: ClassVar[str] = ""
    """The field that says which one, where it has another name."""
    FUNCTIONS: ClassVar[frozenset[Function]] = frozenset(Function)
    """In which functions an actor may give it, once the platform is founded."""
    ENTITIES: ClassVar[frozenset[EntityRole]] = frozenset({EntityRole.PLATFORM_OPERATOR})
    """For which kinds of legal entity he may give it: most are for the operator alone."""
    KINDS: ClassVar[frozenset[ActorKind]] = frozenset(ActorKind)
    """Who may give it: what the engine alone can know, only programs report."""
    BOOKS: ClassVar[bool] = False
    """Whether it may be given before the platform is founded, by anybody: books need no licence."""
    CITES: ClassVar[bool] = False
    """Whether the decision may look at records that came before it, by sequence."""
    EVIDENCE: ClassVar[frozenset[str]] = frozenset()
    """Fields that prove the content but are not part of it, such as a digest keyed by the vault."""

    command_id: CommandId
    actor: ActorField = ActorField()
    legal_entity: Identifier = "VATP"
    correlation: Identifier | None = None
    causation: Identifier | None = None
    sent_at: InstantField | None = None

    def stream(self) -> str:
        """Name the stream where a refusal is recorded: `account-A7`, or `rules`, the only one."""
        name = getattr(self, self.NAMED_BY or self.STREAM, None)
        return self.STREAM if name is None else f"{self.STREAM}-{name}"

    def body(self) -> dict[str, Any]:
        """Say what is asked for: every field but those of the envelope, defaults left out."""
        return self.model_dump(
            mode="json", exclude=set(ENVELOPE_FIELDS | self.EVIDENCE), exclude_defaults=True
        )

    def digest(self) -> str:
        """SHA-256 in hex over the type and the content: what makes two sendings the same."""
        return self.digest_of(self.body())

    def digest_of(self, body: dict[str, Any]) -> str:
        """Give the digest where the body is at hand."""
        return content_digest(type(self).__name__, body)


class Fact(Command):
    """A report of what happened elsewhere, at `at` by its source: recorded, flagged, not refused.

    Only a date further in the future than clocks may differ is refused.
    """

    at: InstantField


class Reckoning(Command):
    """A figure that a program asks for as of a moment, `at`: made by our rules, or refused.

    What it builds on is cited by sequence. A date further in the future than clocks may differ is
    refused, as of a fact.
    """

    at: InstantField


class Critical(Command):
    """A change that needs four eyes: it is only ever proposed, and follows from an approval."""

    def accounts(self) -> tuple[str, ...]:
        """Name the accounts on which it books: whoever owns one does not approve it."""
        return ()

    def person(self) -> str | None:
        """Name the person, by his actor id, whom it is about: he does not approve it."""
        return None


class DatedChange(Critical):
    """A critical change that says from when on it counts: from the approval on if unsaid.

    Never from before it, unless the change is `BACKDATED` by nature, such as what turns out to have
    been so all along.
    """

    BACKDATED: ClassVar[bool] = False

    effective_from: InstantField | None = None
