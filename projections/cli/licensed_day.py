"""The demo's second half: the platform founded, a client at each gate, a trading morning."""

from projections.cli.crash_evening import crash_files, crash_steps
from projections.cli.licensed_commands import LEVERAGE, aftermath, changes, onboarding
from projections.cli.lines import FAR, PERPETUAL, ndjson
from projections.cli.margin_noon import margin_files, margin_steps
from projections.cli.step import Step
from projections.cli.trading_morning import trading_files, trading_steps

CHANGES_FILE = "changes.ndjson"
LEVERAGE_FILE = "leverage.json"
ONBOARDING_FILE = "onboarding.ndjson"
AFTERMATH_FILE = "aftermath.ndjson"


def licensed_files(seed: int) -> dict[str, str]:
    """Write the files that these steps name."""
    lists = {
        CHANGES_FILE: changes(),
        ONBOARDING_FILE: onboarding(),
        AFTERMATH_FILE: aftermath(),
        LEVERAGE_FILE: [LEVERAGE],
    }
    files = {name: ndjson(lines) for name, lines in lists.items()}
    return files | trading_files(seed) | margin_files(seed) | crash_files(seed)


def licensed_steps() -> list[Step]:
    """List the steps of the licensed platform."""
    return [
        *_founding(),
        *_four_eyes(),
        *_clients(),
        *trading_steps(),
        *margin_steps(),
        *crash_steps(),
        *_aftermath(),
        *_for_the_examiner(),
    ]


def _founding() -> list[Step]:
    adopt = f"init --rules hong-kong --expires {FAR}"
    ann_adopts = f"--as ann:compliance {adopt}"
    return [
        Step(
            "Found the platform: from now on whoever acts needs a role.",
            "init --officer ann:compliance --officer ben:risk",
        ),
        Step("Ann proposes the rules of Hong Kong, figure by figure.", ann_adopts),
        Step("Ben approves exactly that: the same command.", f"--as ben:risk {adopt}"),
        Step(
            "Roles, an asset, a permission, a disclosure, products: each proposed and approved. "
            "Without a cap on leverage there is no trading yet.",
            f"record --quiet {CHANGES_FILE}",
        ),
    ]


def _four_eyes() -> list[Step]:
    return [
        Step(
            "No source gives that cap, so two people record it.",
            f'--as ann:compliance propose {LEVERAGE_FILE} --proposal cap-1 --why "paper 12" '
            f"--expires {FAR}",
        ),
        Step("Ann cannot approve it.", "--as ann:compliance approve cap-1", 1),
        Step("Ben can.", "--as ben:risk approve cap-1"),
    ]


def _clients() -> list[Step]:
    return [
        Step(
            "A client is onboarded: before each paper an attempt, refused at the next gate.",
            f"record --quiet {ONBOARDING_FILE}",
        ),
        Step(
            "Who may trade the perpetual now, and what do the others lack?",
            f"eligibility {PERPETUAL}",
        ),
    ]


def _aftermath() -> list[Step]:
    return [
        Step(
            "What may befall a client: only reducing is left, or not even that.",
            f"record --quiet {AFTERMATH_FILE}",
        ),
    ]


def _for_the_examiner() -> list[Step]:
    return [
        Step(
            "Every refusal of a control is on record, in the order of the day.",
            "show validation_exceptions --where command_type=CheckEligibility "
            "--columns sequence,outcome,control,requirements,reason",
        ),
        Step(
            "Who set the cap, and on whose word.",
            "show parameter_changes --where parameter=leverage.cap --columns "
            "parameter,scope,after,proposer,approver,source",
        ),
        Step(
            "Which requirement is upheld where, and proved by what?",
            "check coverage -o coverage.txt",
        ),
    ]
