"""User-visible text: gettext, with the catalogue in `provisioning/locale`.

Mark every sentence a person may read with `_()`, and fill its values in afterwards:
`_("{table}: {rows} rows").format(table=..., rows=...)`.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("ja", "en")
DOMAIN = "hic"
_LOCALE = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def _(message: str) -> str:
    """The message in the language of this run."""
    return _current.gettext(message)


def set_language(language: str) -> None:
    """Choose `ja` or `en` for everything printed from here on."""
    global _current, _language
    _language = language
    _current = gettext.translation(DOMAIN, _LOCALE, languages=[language], fallback=language == "en")
    # click looks its own words up in the process's text domain.
    gettext.bindtextdomain(DOMAIN, str(_LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language


def language() -> str:
    """The language of this run: `ja` or `en`."""
    return _language


def language_of(environment: Mapping[str, str]) -> str:
    """The language the locale variables ask for: `ja` for any Japanese locale, else `en`."""
    for name in ("HIC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"
