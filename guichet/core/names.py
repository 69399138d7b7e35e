"""Calm: the comparable forms of a name, a phone number and an address of mail.

What is stored is what was typed, cleaned by `clean_name`; what is compared or searched is a key. A key is
never shown and never sent.
"""

import re
import unicodedata

# Unicode does not decompose these letters, yet a French keyboard or a foreign passport may write either form.
_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ẞ": "SS",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "þ": "th",
        "Þ": "TH",
        "ð": "d",
        "Ð": "D",
        # Apostrophes that Unicode counts as letters.
        "\u02bb": " ",
        "\u02bc": " ",
        "\u02be": " ",
        "\u02bf": " ",
    }
)
# Controls, lone surrogates, private use, unassigned: a name has none of them, a pasted attack may.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
# Invisible characters that change the direction or the look of the text around them. The joiners U+200C and
# U+200D are not here: Persian spelling and compound emoji need them.
_OVERRIDES = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_FRENCH_PHONE_DIGITS = 9
_SHORTEST_PHONE = 6
_SKELETON_LENGTH = 6
# In this order: a later line sees what an earlier one has written. « 1 » stands for the sound « ch ».
_SOUNDS = (
    ("SCH", "1"),
    ("CH", "1"),
    ("PH", "F"),
    ("H", ""),
    ("Y", "I"),
    ("CK", "K"),
    ("QU", "K"),
    ("Q", "K"),
    ("CE", "SE"),
    ("CI", "SI"),
    ("C", "K"),
    ("GE", "JE"),
    ("GI", "JI"),
    ("GN", "N"),
    ("W", "V"),
    ("Z", "S"),
    ("AULT", "O"),
    ("AU", "O"),
)


def search_key(text: str) -> str:
    """The form of a text that is compared: upper case, no accent, letters and digits separated by one space.

    Ligatures are written out (œ → OE); apostrophes, hyphens and every other sign become a space. The key of
    a key is itself. Scripts without case (Arabic, Chinese…) keep their letters.
    """
    opened = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).upper()
    # Upper case can bring back a composed letter or a ligature's letters (ŉ → ʼN): open once more.
    opened = unicodedata.normalize("NFKD", opened.translate(_LIGATURES))
    bare = (char for char in opened if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in bare).split())


def tokens(text: str) -> tuple[str, ...]:
    """The words of a name in the order they were written, as keys: « Jean-Noël » → ("JEAN", "NOEL")."""
    return tuple(search_key(text).split())


def clean_name(text: str) -> str:
    """What may be stored of a typed name: composed, one space between words, nothing invisible.

    Accents, apostrophes, hyphens, emoji and other scripts stay as typed; controls and characters that turn
    the direction of the text are removed. The length is the caller's concern.
    """
    spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    kept = "".join(
        char
        for char in spaced
        if char not in _OVERRIDES and unicodedata.category(char) not in _DROPPED_CATEGORIES
    )
    # Removing a character may let two others compose: « e », control, acute accent.
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def phone_key(text: str) -> str:
    """The nine last digits of a French phone number, whatever its writing (06…, +33 6…, 0033 (0)6…).

    A foreign number keeps all its digits; fewer than six digits are no number: the key is then empty.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    digits = digits.removeprefix("00") if digits.startswith("0033") else digits
    if len(digits) < _SHORTEST_PHONE:
        return ""
    local = digits.removeprefix("33") if digits.startswith("33") else digits
    local = local.removeprefix("0")
    return local if len(local) == _FRENCH_PHONE_DIGITS else digits


def mail_key(text: str) -> str:
    """The address in lower case without spaces around it; empty when it has no « @ »."""
    address = unicodedata.normalize("NFKC", text).strip().casefold()
    return address if "@" in address.strip("@") else ""


def sound_key(word: str) -> str:
    """What a French ear hears of one word, vowels kept: Mathis = Matys, Lilly = Lily, but Léo ≠ Léa."""
    heard = search_key(word).replace(" ", "")
    for written, said in _SOUNDS:
        heard = heard.replace(written, said)
    return re.sub(r"(.)\1+", r"\1", heard)


def skeleton_key(word: str) -> str:
    """The consonants that are heard, six at most, after the first sound: Dupont = Dupond = DPN.

    Made to find candidates, not to decide: many different names share it. Empty only for an empty word.
    """
    heard = sound_key(word)
    bones = re.sub(r"[AEIOU]", "", heard[1:].replace("M", "N"))
    bones = re.sub(r"(.)\1+", r"\1", heard[:1] + bones)
    return (bones[:1] + bones[1:].rstrip("STDXP"))[:_SKELETON_LENGTH]
