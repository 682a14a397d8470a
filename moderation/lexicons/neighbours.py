"""Prohibited content in Japanese and Korean, as Chinese write it: エロ, 야한. All of it flags.

Samples, as these languages are not offered. Katakana is written without spaces, so that a term
must not stand within a longer word: エロ in ピエロ is a clown's.
"""

from __future__ import annotations

from moderation.text.matching import Term
from moderation.text.normalisation import normalise

_KATAKANA = normalise("".join(chr(code) for code in range(0x30A1, 0x30FB)) + "ー").text

_JAPANESE: dict[str, str] = {
    "sexual": """
        ヌード エロ エロい エロ画像 エロ漫画 エロゲ エッチ えっち セックス おっぱい オッパイ
        フェラ ヘンタイ
        アダルト ポルノ オナニー パンチラ ハメ撮り 手コキ まんこ ちんこ ちんぽ 巨乳 全裸
    """,
    "minors": "ロリコン ショタコン",
    "violence": "レイプ グロ画像 グロい 人殺し 殺人鬼",
    "self_harm": "リストカット リスカ 首吊り",
    "hate": "キチガイ チョン公 ナチス",
    "drugs": "シャブ 覚醒剤 ヘロイン コカイン マリファナ",
    "profanity": "死ね 氏ね くたばれ クソ野郎 クズ野郎",
}
#: Korean puts endings to its words, so that they are known by how they begin.
_KOREAN: dict[str, str] = {
    "sexual": "섹스 섹시 누드 야한 야동 알몸 나체 포르노 변태 자위 창녀 매춘 강간 노출증 에로",
    "violence": "살인 시체 참수 학살",
    "self_harm": "자살 자해",
    "hate": "나치 히틀러 짱깨 쪽바리",
    "drugs": "마약 필로폰 히로뽕 대마초 코카인 헤로인",
    "profanity": "씨발 시발 ㅅㅂ 병신 ㅂㅅ 개새끼 지랄 존나 좆 엿먹",
}
TERMS: tuple[Term, ...] = tuple(
    Term(each, category, False, not_before=_KATAKANA, not_after=_KATAKANA)
    if each[0] in _KATAKANA and each[-1] in _KATAKANA
    else Term(each, category, False)
    for category, listed in _JAPANESE.items()
    for each in listed.split()
)
STEMS: dict[str, Term] = {
    normalise(each).text: Term(each, category, False)
    for category, listed in _KOREAN.items()
    for each in listed.split()
}
#: 시발 is where a bus sets out, 마약 the name of a rice roll, and 자위대 an army.
HARMLESS: tuple[str, ...] = ("시발점", "시발역", "마약김밥", "자위대", "자살골")
