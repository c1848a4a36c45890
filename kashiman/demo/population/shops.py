"""The invented merchants and stores of the city: any likeness to a real shop is accidental."""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from kashiman.demo.population.accounts import (
    HOLDER_BYTES_MAX,
    AccountKey,
    BankAccount,
    draw_account,
    holder_bytes,
)
from kashiman.demo.population.draw import Weighted, happens, pick, shuffled, stream, whole
from kashiman.demo.population.given_names import draw_given_name
from kashiman.demo.population.names import FAMILY_NAMES, Name
from kashiman.demo.population.places import DISTRICT_KANA, DISTRICTS_OF_SHOPS
from kashiman.demo.population.romaji import romaji
from kashiman.demo.population.trades import TRADES, WORD_STEMS, Trade

SizeClass = Literal["small", "large"]

LATIN_LENGTH_MAX = 25
"""The length of a merchant's name in a payment code (EMVCo merchant-presented mode, data object 59)."""

_TRIES_BEFORE_LONGER_STEM = 8


@dataclass(frozen=True, slots=True)
class Store:
    """One place where people pay: a number unique in the city, names, district, opening hours (0 to 24)."""

    store_number: int
    display_name: str
    name_kana: str
    name_latin: str
    district: str
    opening_hour: int
    closing_hour: int


@dataclass(frozen=True, slots=True)
class Basket:
    """What a customer spends: median in yen, and standard deviation of the amount's natural logarithm."""

    median_yen: int
    spread: float


@dataclass(frozen=True, slots=True)
class Merchant:
    """One legal payee with its stores; `popularity_weight` is its share of payments, not scaled to a sum."""

    merchant_number: int
    legal_name: str
    legal_kana: str
    trade: str
    size_class: SizeClass
    stores: tuple[Store, ...]
    bank_account: BankAccount
    popularity_weight: float
    basket: Basket


@dataclass(frozen=True, slots=True)
class _LegalForm:
    text: str
    kana: str
    abbreviation: str
    leads: bool


@dataclass(frozen=True, slots=True)
class _Identity:
    name: str
    kana: str
    latin: str
    legal_name: str
    legal_kana: str
    holder_kana: str


@dataclass(slots=True)
class _Taken:
    names: set[str] = field(default_factory=set)
    accounts: set[AccountKey] = field(default_factory=set)
    stores: int = 0


_LEGAL_FORMS: Weighted[_LegalForm] = Weighted(
    [
        (_LegalForm("株式会社", "カブシキガイシャ", "カ", leads=True), 40),
        (_LegalForm("株式会社", "カブシキガイシャ", "カ", leads=False), 12),
        (_LegalForm("有限会社", "ユウゲンガイシャ", "ユ", leads=True), 32),
        (_LegalForm("有限会社", "ユウゲンガイシャ", "ユ", leads=False), 5),
        (_LegalForm("合同会社", "ゴウドウガイシャ", "ド", leads=True), 8),
        (_LegalForm("合資会社", "ゴウシガイシャ", "シ", leads=True), 2),
        (_LegalForm("合名会社", "ゴウメイガイシャ", "メ", leads=True), 1),
    ]
)


def make_merchants(count: int, seed: int) -> tuple[Merchant, ...]:
    """Make exactly `count` merchants, numbered from 1, the trades in their shares and a drawn order."""
    rng = stream(seed, "shops")
    taken = _Taken()
    trades = shuffled(rng, TRADES.shares(count))
    return tuple(_draw_merchant(rng, number, trade, taken) for number, trade in enumerate(trades, start=1))


def _draw_merchant(rng: Random, merchant_number: int, trade: Trade, taken: _Taken) -> Merchant:
    size_class: SizeClass = "large" if happens(rng, trade.large_percent) else "small"
    is_sole = size_class == "small" and happens(rng, trade.sole_percent)
    identity = _draw_identity(rng, trade, is_sole, taken)
    stores = _draw_stores(rng, trade, identity, _store_count(rng, size_class, is_sole), taken)
    return Merchant(
        merchant_number=merchant_number,
        legal_name=identity.legal_name,
        legal_kana=identity.legal_kana,
        trade=trade.name,
        size_class=size_class,
        stores=stores,
        bank_account=draw_account(
            rng, identity.holder_kana, current_percent=0 if is_sole else 30, taken=taken.accounts
        ),
        popularity_weight=_draw_popularity(rng, trade, len(stores)),
        basket=Basket(trade.median_yen * whole(rng, 70, 140) // 1000 * 10, trade.spread),
    )


def _draw_identity(rng: Random, trade: Trade, is_sole: bool, taken: _Taken) -> _Identity:
    """Draw until the name is new in the city and fits where it has to be printed and sent."""
    tries = 0
    while True:
        tries += 1
        stem = _draw_stem(rng, trade)
        prefix = pick(rng, WORD_STEMS) if tries > _TRIES_BEFORE_LONGER_STEM else Name("", "")
        identity = _identity_of(rng, trade, prefix, stem, is_sole)
        fits = holder_bytes(identity.holder_kana) <= HOLDER_BYTES_MAX and len(identity.latin) <= LATIN_LENGTH_MAX
        if fits and identity.name not in taken.names:
            taken.names.add(identity.name)
            return identity


def _draw_stem(rng: Random, trade: Trade) -> Name:
    from_family = trade.stems == "family" or (trade.stems == "either" and happens(rng, 60))
    return FAMILY_NAMES.draw(rng) if from_family else pick(rng, WORD_STEMS)


def _identity_of(rng: Random, trade: Trade, prefix: Name, stem: Name, is_sole: bool) -> _Identity:
    suffix = pick(rng, trade.suffixes)
    name = Name(prefix.text + stem.text + suffix.text, prefix.kana + stem.kana + suffix.kana)
    latin = f"{romaji(prefix.kana + stem.kana)} {suffix.latin}"
    if is_sole:
        return _sole_identity(rng, name, latin, stem)
    return _company_identity(_LEGAL_FORMS.draw(rng), name, latin)


def _company_identity(form: _LegalForm, name: Name, latin: str) -> _Identity:
    if form.leads:
        return _Identity(
            name.text,
            name.kana,
            latin,
            form.text + name.text,
            form.kana + name.kana,
            f"{form.abbreviation}）{name.kana}",
        )
    return _Identity(
        name.text, name.kana, latin, name.text + form.text, name.kana + form.kana, f"{name.kana}（{form.abbreviation}"
    )


def _sole_identity(rng: Random, name: Name, latin: str, stem: Name) -> _Identity:
    """Name a shop that belongs to one person: its legal name is the shop's name and the owner's."""
    family = FAMILY_NAMES.draw(rng) if stem in WORD_STEMS else stem
    given = draw_given_name(rng, woman=happens(rng, 35), birth_year=whole(rng, 1948, 1996))
    owner_kana = f"{family.kana}　{given.kana}"
    legal_kana = f"{name.kana}　{owner_kana}"
    holder_kana = legal_kana if happens(rng, 40) else owner_kana
    return _Identity(name.text, name.kana, latin, f"{name.text}　{family.text}{given.text}", legal_kana, holder_kana)


def _store_count(rng: Random, size_class: SizeClass, is_sole: bool) -> int:
    if is_sole:
        return 1
    chance = whole(rng, 1, 100)
    three_up_to, two_up_to = (8, 35) if size_class == "large" else (1, 10)
    return 3 if chance <= three_up_to else 2 if chance <= two_up_to else 1


def _draw_stores(rng: Random, trade: Trade, identity: _Identity, count: int, taken: _Taken) -> tuple[Store, ...]:
    opening_hour, closing_hour = whole(rng, *trade.opening), whole(rng, *trade.closing)
    stores = []
    for district in _draw_districts(rng, count):
        taken.stores += 1
        display_name = f"{identity.name} {district}店" if count > 1 else identity.name
        name_kana = f"{identity.kana} {DISTRICT_KANA[district]}テン" if count > 1 else identity.kana
        name_latin = _branch_latin(identity.latin, district) if count > 1 else identity.latin
        stores.append(Store(taken.stores, display_name, name_kana, name_latin, district, opening_hour, closing_hour))
    return tuple(stores)


def _branch_latin(latin: str, district: str) -> str:
    """Add the district, and leave out the trade, then the end of the name, if that is too long."""
    place = romaji(DISTRICT_KANA[district])
    if len(latin) + 1 + len(place) <= LATIN_LENGTH_MAX:
        return f"{latin} {place}"
    stem = latin.partition(" ")[0]
    return f"{stem[: LATIN_LENGTH_MAX - 1 - len(place)]} {place}"


def _draw_districts(rng: Random, count: int) -> list[str]:
    districts: list[str] = []
    while len(districts) < count:
        district = DISTRICTS_OF_SHOPS.draw(rng)
        if district not in districts:
            districts.append(district)
    return districts


def _draw_popularity(rng: Random, trade: Trade, store_count: int) -> float:
    """Spread shops of one trade between a fifth and a little over twice its weight, most of them below it."""
    luck = whole(rng, 1, 100)
    return trade.draw_weight * store_count * (1000 + luck * luck) / 5000
