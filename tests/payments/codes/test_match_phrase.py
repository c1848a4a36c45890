import re
import unicodedata
from collections import Counter
from itertools import combinations
from uuid import UUID

from payments.codes.match_phrase import match_phrase
from payments.codes.match_words import FIRST_WORDS, SECOND_WORDS

SMALL_LETTERS = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")


def as_heard(word: str) -> str:
    """A word without what is lost over a counter: voicing marks, small letters, long vowels."""
    bare = "".join(mark for mark in unicodedata.normalize("NFD", word) if mark not in "\u3099\u309a")
    return bare.translate(SMALL_LETTERS).replace("ー", "")


def differ_by_at_most_one(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    return longer[same + 1 :] == shorter[same + (len(one) == len(other)) :]


def test_a_payment_always_has_the_same_phrase() -> None:
    payment_id = UUID("01938f2e-0000-7000-8000-000000000001")
    assert match_phrase(payment_id) == match_phrase(UUID(str(payment_id)))
    assert match_phrase(payment_id) == "すばやい やなぎ"
    assert match_phrase(UUID(int=0)) == "なつかしい ぶどう"


def test_each_list_has_256_different_hiragana_words_and_no_word_is_in_both() -> None:
    for words in (FIRST_WORDS, SECOND_WORDS):
        assert len(words) == len(set(words)) == 256
        assert all(re.fullmatch(r"[ぁ-んー]{3,8}", word) for word in words)
    assert set(FIRST_WORDS).isdisjoint(SECOND_WORDS)


def test_two_words_of_a_list_are_never_heard_as_almost_the_same() -> None:
    for words in (FIRST_WORDS, SECOND_WORDS):
        close = [
            (one, other)
            for one, other in combinations(words, 2)
            if differ_by_at_most_one(as_heard(one), as_heard(other))
        ]
        assert close == []


def test_the_measure_of_what_is_heard_alike_knows_near_from_far() -> None:
    assert differ_by_at_most_one(as_heard("がっこう"), as_heard("かっこう"))
    assert differ_by_at_most_one("あかい", "あおい")
    assert differ_by_at_most_one("たこやき", "たまこやき")
    assert differ_by_at_most_one("たこ", "たこあ")
    assert not differ_by_at_most_one("すすめ", "つはめ")
    assert not differ_by_at_most_one("たこ", "たこあけ")


def test_kashima_is_among_the_words() -> None:
    assert {"ありあけの", "ひがたの", "ゆうとくの", "かしまの"} <= set(FIRST_WORDS)
    assert {"むつごろう", "わらすぼ", "めんぶりゅう", "いちご", "みかん", "やきのり"} <= set(SECOND_WORDS)


def test_phrases_of_neighbouring_payments_are_spread_evenly() -> None:
    first_id = UUID("01938f2e-0000-7000-8000-000000000000").int
    phrases = [match_phrase(UUID(int=first_id + step)) for step in range(5120)]
    assert len(set(phrases)) > 4800
    for place in (0, 1):
        seen = Counter(phrase.split(" ")[place] for phrase in phrases)
        assert len(seen) == 256
        assert max(seen.values()) < 45
