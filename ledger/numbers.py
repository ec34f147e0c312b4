"""Exact decimals: one normal form, explicit rounding, and nothing ever rounded in silence.

An `Amount` is a `decimal.Decimal` in normal form: no exponent, no trailing zeros, no negative
zero, at most 18 decimals, below 10^18 in size. Its text is the only form that is stored, hashed
or shown. Arithmetic goes through the functions below: Python's own operators round to the 28
digits of the thread's context without a word, and `mypy` refuses what they return because it is
a `Decimal` and no `Amount`.
"""

import re
from collections.abc import Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)
from enum import StrEnum
from functools import lru_cache
from typing import NewType

Amount = NewType("Amount", Decimal)
"""An exact quantity of one asset, in normal form."""

AMOUNT_DECIMALS_MAX = 18
AMOUNT_LENGTH_MAX = 38
"""18 digits, a point, 18 decimals and a sign: checked before a `Decimal` is made."""

AMOUNT_PATTERN = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{0,17}[1-9])?$"
"""The normal form as a regular expression, except that `-0` is caught apart."""

AMOUNT_LIMIT = Decimal(10) ** 18
BALANCE_LIMIT = Decimal(10) ** 20
"""No account may hold more of an asset: refused where a decision would lead there."""

SUM_LIMIT = Decimal(10) ** 40
"""No sum over the books may be larger: 58 digits are exact in every context of ours."""

EXACT = Context(
    prec=76,
    Emin=-100,
    Emax=100,
    traps=[Inexact, InvalidOperation, Overflow, Underflow, DivisionByZero, Clamped],
)
"""The context of every formula: 76 digits, and a result that does not fit raises."""

_RELAXED = EXACT.copy()
_RELAXED.traps[Inexact] = False

ZERO = Amount(Decimal(0))
ONE = Amount(Decimal(1))
PERCENT = Amount(Decimal(100))
"""What a figure in percent is divided by."""
FINEST = Amount(Decimal(1).scaleb(-AMOUNT_DECIMALS_MAX))
"""The smallest amount there is."""

_normal_form = re.compile(AMOUNT_PATTERN, re.ASCII).fullmatch
_LAST_DIGITS = "123456789"
_plain_form = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII).fullmatch


class OutOfRange(ValueError):
    """A number is larger than any amount, or a sum larger than any balance, may be."""


class Rounding(StrEnum):
    """The named rounding modes; a formula that must round says which one and to what unit."""

    TOWARD_ZERO = "toward_zero"
    AWAY_FROM_ZERO = "away_from_zero"
    UP = "up"
    DOWN = "down"
    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


_MODES = {
    Rounding.TOWARD_ZERO: ROUND_DOWN,
    Rounding.AWAY_FROM_ZERO: ROUND_UP,
    Rounding.UP: ROUND_CEILING,
    Rounding.DOWN: ROUND_FLOOR,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.HALF_UP: ROUND_HALF_UP,
}


def is_normal(text: str) -> bool:
    """Tell whether `text` is the normal form of an amount.

    >>> [is_normal(t) for t in ("1.5", "1.50", "-0", "1E+5", "NaN", "007")]
    [True, False, False, False, False, False]
    """
    return len(text) <= AMOUNT_LENGTH_MAX and _normal_form(text) is not None and text != "-0"


def amount(text: str) -> Amount:
    """Read an amount that is already in normal form.

    Raises `ValueError` for anything else: exponents, trailing zeros, `-0`, `NaN`, more than 18
    decimals, 10^18 or more.

    >>> amount("-12.5")
    Decimal('-12.5')
    """
    if len(text) > AMOUNT_LENGTH_MAX:
        raise ValueError(f"a number of {len(text)} characters: at most {AMOUNT_LENGTH_MAX} fit")
    if not is_normal(text):
        raise ValueError(f"{text!r} is not a decimal in normal form such as 1250 or -0.05")
    return Amount(Decimal(text))


def read_amount(text: str) -> Amount:
    """Read a plain decimal as people and venues write it (`1.50`, `+3`), exactly.

    Raises `ValueError` for exponents, `NaN`, infinities, a negative zero, more than 18 decimals
    after trailing zeros, 10^18 or more, or a text too long to be an amount.

    >>> read_amount("+1.50")
    Decimal('1.5')
    """
    if len(text) > 2 * AMOUNT_LENGTH_MAX:
        raise ValueError(f"a number of {len(text)} characters: at most {AMOUNT_LENGTH_MAX} fit")
    if _plain_form(text) is None:
        raise ValueError(f"{text!r} is not a plain decimal number such as 1250.00 or -0.05")
    value = Decimal(text)
    if value.is_zero() and value.is_signed():
        raise ValueError(f"{text!r} is a negative zero: write 0")
    return as_amount(value)


def write_amount(value: Amount) -> str:
    """Write an amount in normal form: `str` turns to exponents below a millionth.

    >>> write_amount(amount("-0.00000043"))
    '-0.00000043'
    """
    return f"{value:f}"


def as_amount(value: Decimal) -> Amount:
    """Bring an exact decimal to normal form; raise `ValueError` if it is not an amount."""
    normal = as_total(value)
    if normal.copy_abs() >= AMOUNT_LIMIT:
        raise OutOfRange("the number is 10^18 or more: no amount is that large")
    return normal


def as_total(value: Decimal) -> Amount:
    """Bring a sum of amounts to normal form; raise `ValueError` at 10^40 or past 18 decimals."""
    if not value:
        return ZERO
    text = str(value)
    if _is_short(text):
        return Amount(value)
    if len(text) <= AMOUNT_DECIMALS_MAX and text[-1] == "0" and "E" not in text:
        return Amount(Decimal(text.rstrip("0").rstrip(".")))
    return _as_long_total(value)


def _is_short(text: str) -> bool:
    """Tell at a glance whether the text of a number that is not zero is in normal form.

    It is short, so in range; no exponent, no NaN, no zero at the end of its decimals.
    """
    return (
        len(text) <= AMOUNT_DECIMALS_MAX
        and (text[-1] in _LAST_DIGITS or (text[-1] == "0" and "." not in text))
        and "E" not in text
        and "N" not in text
    )


def is_written_normally(value: Decimal, text: str) -> bool:
    """Tell whether `text`, which stands for `value`, is the normal form of an amount."""
    return (bool(value) and _is_short(text)) or is_normal(text)


def _as_long_total(value: Decimal) -> Amount:
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if len(text.partition(".")[2]) > AMOUNT_DECIMALS_MAX:
        raise ValueError(f"{text} has more than {AMOUNT_DECIMALS_MAX} decimals")
    normal = Decimal("0" if text == "-0" else text)
    if normal.copy_abs() >= SUM_LIMIT:
        raise OutOfRange("the sum is 10^40 or more: no sum of amounts may be that large")
    return Amount(normal)


def as_balance(value: Amount) -> Amount:
    """Pass on what an account may hold; raise `OutOfRange` at 10^20 or more, either sign."""
    if value.copy_abs() >= BALANCE_LIMIT:
        raise OutOfRange("the balance would be 10^20 or more: no account may hold that much")
    return value


def add(left: Amount, right: Amount) -> Amount:
    """Add exactly. A sum in normal form; raises `ValueError` at 10^40 or more."""
    if not right:
        return left
    return as_total(EXACT.add(left, right))


def subtract(left: Amount, right: Amount) -> Amount:
    """Subtract exactly. A difference in normal form; raises `ValueError` at 10^40 or more."""
    if not right:
        return left
    return as_total(EXACT.subtract(left, right))


def magnitude(value: Amount) -> Amount:
    """Drop the sign."""
    return Amount(value.copy_abs())


def negate(value: Amount) -> Amount:
    """Turn the sign; zero stays zero."""
    return Amount(value.copy_negate()) if value else value


def total(values: Iterable[Amount]) -> Amount:
    """Sum exactly; the sum of nothing is zero."""
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return as_total(result)


def from_minor(units: int, scale: int) -> Amount:
    """Turn a whole number of minor units (satoshi, cents) into an amount of `scale` decimals.

    >>> from_minor(132031900, 8)
    Decimal('1.320319')
    """
    return as_amount(Decimal(units).scaleb(-scale, EXACT))


def decimals(value: Amount) -> int:
    """Count the decimals of an amount in normal form."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def product(left: Decimal, right: Decimal) -> Decimal:
    """Multiply, to 76 digits: no amount yet, but to be rounded to a unit."""
    return _RELAXED.multiply(left, right)


def plus(left: Decimal, right: Decimal) -> Decimal:
    """Add, to 76 digits: no amount yet, but to be rounded to a unit."""
    return _RELAXED.add(left, right)


def less(left: Decimal, right: Decimal) -> Decimal:
    """Subtract, to 76 digits: no amount yet, but to be rounded to a unit."""
    return _RELAXED.subtract(left, right)


def share(value: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Give `value` x `part` / `whole`, to 76 digits: to be rounded to a unit. `whole` is not 0."""
    return _RELAXED.divide(_RELAXED.multiply(value, part), whole)


def round_to(value: Decimal, unit: Amount, rounding: Rounding) -> Amount:
    """Round to a whole number of `unit`: the only step of a formula that may be inexact.

    >>> round_to(Decimal("3031.35"), amount("1"), Rounding.TOWARD_ZERO)
    Decimal('3031')
    """
    if _is_power_of_ten(unit):
        return as_amount(value.quantize(unit, _MODES[rounding], _RELAXED))
    count = _RELAXED.divide(value, unit).to_integral_value(_MODES[rounding], _RELAXED)
    return as_amount(EXACT.multiply(count, unit))


@lru_cache(maxsize=256)
def _is_power_of_ten(unit: Amount) -> bool:
    """Tell whether rounding to a unit is a matter of decimals alone."""
    return unit.as_tuple().digits == (1,)


def is_multiple(value: Amount, unit: Amount) -> bool:
    """Tell whether an amount is a whole number of units."""
    return not EXACT.remainder(value, unit)
