"""Letters that look like Latin ones, from Unicode's table and from what the table leaves out."""

from functools import cache
from string import ascii_letters
from unicodedata import category, name

from confusable_homoglyphs.confusables import confusables_data

#: Scripts whose characters are words of their own here, although some look like a Latin letter.
_OWN_WORDS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "YI ")

# Letters with a stroke do not decompose, and small capitals, turned letters and letters on black
# ground are no confusables by UTS #39; people read all of them as the plain letter.
_BEYOND_THE_TABLE = {
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
    **dict(zip("ɐǝɟɓɥᴉɾʞɯɹʇʌʍʎ", "aefbhijkmrtvwy", strict=True)),
    **dict(zip("ⱥƀȼđɇǥħɨɉłøɍŧʉƶ×", "abcdeghijlortuzx", strict=True)),
    **dict(zip("нкмвтгпияцƒ", "hkmbtrnnruf", strict=True)),
    **dict(zip("бдзйшщъыьэєґ", "bdenwwbbbeer", strict=True)),
    **dict(zip("βδεηθκλμξπςτφχωΔΘΛΞΠΣΦΩ", "bdenokluenstoxwaoaeneoo", strict=True)),
    **dict(zip("ᗩᗷᑕᗪᗴᖴᕼᒍᒪᗰᑎᑭᖇᔕᑌᐯᗯ", "abcdefhjlmnprsuvw", strict=True)),
    **{chr(0x1F150 + i): chr(ord("a") + i) for i in range(26)},
    **{chr(0x1F170 + i): chr(ord("a") + i) for i in range(26)},
    **{chr(0x1F1E6 + i): chr(ord("a") + i) for i in range(26)},
}


@cache
def lookalikes() -> dict[str, str]:
    """Map each character to the lower-case Latin letter that it is read as.

    From the ``confusables`` of Unicode Technical Standard #39, letters only. What may be an ``I``
    as well as an ``l`` becomes ``|``, which stands for either where disguises are undone.
    """
    table: dict[str, str] = {}
    for letter in ascii_letters:
        for entry in confusables_data.get(letter, ()):
            character = entry["c"]
            if not _is_foreign_letter(character):
                continue
            if character not in table or character.isupper() == letter.isupper():
                either = letter == "l" and not character.islower()
                table[character] = "|" if either else letter.lower()
    return table | _BEYOND_THE_TABLE


def _is_foreign_letter(character: str) -> bool:
    return (
        len(character) == 1
        and not character.isascii()
        and category(character).startswith("L")
        and not name(character, "").startswith(_OWN_WORDS)
    )
