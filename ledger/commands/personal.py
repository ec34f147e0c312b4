"""What looks like personal data in free text: it goes to the vault and not into the log.

A net with wide meshes, not proof that a text names nobody: dates, amounts and paragraph numbers
must pass.
"""

import re

_IDENTITY_CARD = r"\b[A-Z]{1,2}[0-9]{6} ?(\([0-9A]\)|[0-9A]\b)"
"""Of Hong Kong: a letter or two, six digits and a check digit, mostly in brackets."""

_MAIL = r"[\w.+-]+@[\w-]+(\.[\w-]+)+"

_TELEPHONE = (
    r"(?<!\w)\+852[ -]?[0-9]{4}[ -]?[0-9]{4}\b",
    r"(?<!\w)\+[0-9]{1,3}[ -]\(?[0-9]{1,4}\)?([ -][0-9]{2,4}){2,}\b",
    r"(?<![\w.,-])(?!(19|20)[0-9]{2}[ -](19|20))[2-9][0-9]{3}[ -][0-9]{4}(?![\w-]|[.,][0-9])",
    r"\b(tel|telephone|phone|mobile|call|whatsapp|fax)\b[^0-9]{0,12}[0-9]{8}\b",
)
"""With a country code; of Hong Kong in two fours, but no span of years; or called one."""

_LOOKS = {
    "an identity card number": re.compile(_IDENTITY_CARD, re.IGNORECASE),
    "an e-mail address": re.compile(_MAIL),
    "a telephone number": re.compile("|".join(_TELEPHONE), re.IGNORECASE),
}


def impersonal(text: str) -> str:
    """Give the text back. Raises `ValueError` where it looks as if it told who somebody is."""
    for what, pattern in _LOOKS.items():
        if pattern.search(text):
            raise ValueError(f"looks like {what}: personal data goes to the vault")
    return text
