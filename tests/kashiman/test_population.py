import dataclasses
import hashlib
import re
import unicodedata
from datetime import date

import pytest
from zengin_code.bank import Bank

from kashiman.demo.population import DISTRICTS, City, CitySizeOutOfRange, Merchant, Resident, make_city
from kashiman.demo.population.accounts import branch_codes, draw_account
from kashiman.demo.population.draw import Weighted, shuffled, stream
from kashiman.demo.population.given_names import MEN_BY_LAST_YEAR, WOMEN_BY_LAST_YEAR
from kashiman.demo.population.names import FAMILY_NAMES, Name
from kashiman.demo.population.places import TOWNS_OF_HOMES
from kashiman.demo.population.romaji import romaji
from kashiman.demo.population.shop_places import draw_shop_place
from kashiman.demo.population.trades import TRADES, WORD_STEMS

BASE_DATE = date(2026, 4, 1)
KATAKANA = re.compile(r"[ァ-ヴー]+")
KATAKANA_AND_SPACE = re.compile(r"[ァ-ヴー　]+")
LARGE_KANA = str.maketrans("ァィゥェォッャュョヮヵヶー", "アイウエオツヤユヨワカケ-")
PARTY_CHARACTERS = re.compile("[アイウエオカ-ヂツ-モヤユヨラ-ロワン\u3099\u309aA-Z0-9().\\- ]+")


@pytest.fixture(scope="module")
def kashima() -> City:
    return make_city(base_date=BASE_DATE)


@pytest.fixture(scope="module")
def shops_of_a_prefecture() -> tuple[Merchant, ...]:
    return make_city(1, 10_000, 11, base_date=BASE_DATE).merchants


def digest(city: City) -> str:
    return hashlib.sha256(repr(city).encode()).hexdigest()


def half_width_length_as_party(holder_kana: str) -> int | None:
    """Count the half-width characters, or answer None if one is not allowed in a payee's name."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", holder_kana).translate(LARGE_KANA))
    return len(decomposed) if PARTY_CHARACTERS.fullmatch(decomposed) and "ヲ" not in decomposed else None


def age_on_base_date(resident: Resident) -> int:
    born = resident.birth_date
    return BASE_DATE.year - born.year - ((BASE_DATE.month, BASE_DATE.day) < (born.month, born.day))


def every_name() -> list[Name]:
    given = [name for _, names in (*MEN_BY_LAST_YEAR, *WOMEN_BY_LAST_YEAR) for name in names.items]
    return [*FAMILY_NAMES.items, *given, *WORD_STEMS]


def test_the_default_city_is_kashima_at_its_real_size_and_always_the_same(kashima: City) -> None:
    assert digest(make_city(27_000, 300, 7, base_date=BASE_DATE)) == digest(kashima)


def test_another_seed_gives_another_city() -> None:
    cities = [make_city(200, 20, seed, base_date=BASE_DATE) for seed in (7, 8)]
    assert cities[0].residents != cities[1].residents
    assert cities[0].merchants != cities[1].merchants


def test_a_small_city_is_the_same_on_every_machine() -> None:
    city = make_city(100, 20, 7, base_date=BASE_DATE)
    assert digest(city) == "3303eaa707300c9939fe58f40a8b50b1036ad0d26d1975470b3a34a346424fe0"


def test_the_first_resident_is_the_one_that_was_always_first() -> None:
    first = make_city(1, 1, 7, base_date=BASE_DATE).residents[0]
    written = (first.family_name, first.given_name, first.family_kana, first.given_kana)
    assert written == ("森田", "勝", "モリタ", "マサル")
    assert (first.birth_date, first.district) == (date(1940, 6, 22), "鹿島")
    assert (first.has_smartphone, first.uses_line) == (True, False)


def test_a_larger_city_adds_residents_after_those_of_a_smaller_one_and_leaves_the_shops_alone() -> None:
    small, larger = make_city(500, 30, base_date=BASE_DATE), make_city(900, 30, base_date=BASE_DATE)
    assert larger.residents[:500] == small.residents
    assert larger.merchants == small.merchants


@pytest.mark.parametrize(("residents", "merchants"), [(1, 1), (2, 3), (7, 1), (1000, 40), (1, 700)])
def test_a_city_has_exactly_the_sizes_asked_for(residents: int, merchants: int) -> None:
    city = make_city(residents, merchants, base_date=BASE_DATE)
    assert [resident.resident_number for resident in city.residents] == list(range(1, residents + 1))
    assert [merchant.merchant_number for merchant in city.merchants] == list(range(1, merchants + 1))
    lived_in = [resident.household_id for resident in city.residents]
    assert sorted(set(lived_in)) == list(range(1, len(city.households) + 1))


@pytest.mark.parametrize(("residents", "merchants"), [(0, 1), (1, 0), (1_000_001, 1), (1, 10_001), (-5, 3)])
def test_a_size_outside_the_limits_is_refused(residents: int, merchants: int) -> None:
    with pytest.raises(CitySizeOutOfRange) as refused:
        make_city(residents, merchants, base_date=BASE_DATE)
    assert refused.value == CitySizeOutOfRange(residents, 1_000_000, merchants, 10_000)


def test_people_of_a_household_share_its_district_and_family_name(kashima: City) -> None:
    family_names: dict[int, tuple[str, str]] = {}
    for resident in kashima.residents:
        household = kashima.households[resident.household_id - 1]
        family_name = (resident.family_name, resident.family_kana)
        assert household.household_id == resident.household_id
        assert household.district == resident.district
        assert family_names.setdefault(resident.household_id, family_name) == family_name


def test_a_household_has_about_2_7_people_on_average(kashima: City) -> None:
    assert 2.65 < len(kashima.residents) / len(kashima.households) < 2.75


def test_a_third_of_the_people_are_65_or_older_and_an_eighth_are_children(kashima: City) -> None:
    ages = [age_on_base_date(resident) for resident in kashima.residents]
    assert 0.32 < sum(age >= 65 for age in ages) / len(ages) < 0.345
    assert 0.115 < sum(age < 15 for age in ages) / len(ages) < 0.145
    assert min(ages) == 0
    assert 98 < max(ages) <= 106


def test_some_twelve_thousand_people_follow_the_city_on_line_all_of_them_with_a_smartphone(
    kashima: City,
) -> None:
    followers = [resident for resident in kashima.residents if resident.uses_line]
    assert 11_500 < len(followers) < 12_500
    assert all(resident.has_smartphone for resident in followers)
    elders = [resident for resident in kashima.residents if age_on_base_date(resident) >= 80]
    assert 0.25 < sum(resident.has_smartphone for resident in elders) / len(elders) < 0.4


def test_addresses_are_in_the_city_and_on_land_numbers_that_are_invented(kashima: City) -> None:
    for household in kashima.households:
        assert re.fullmatch(r"佐賀県鹿島市大字\D+9\d{3}番地\d{1,2}", household.address)
        assert re.fullmatch(r"849-13\d\d", household.postal_code)
    assert {household.district for household in kashima.households} == set(DISTRICTS)


def test_readings_of_residents_and_merchants_are_full_width_katakana(kashima: City) -> None:
    for resident in kashima.residents:
        assert KATAKANA.fullmatch(resident.family_kana)
        assert KATAKANA.fullmatch(resident.given_kana)
    for merchant in kashima.merchants:
        assert KATAKANA_AND_SPACE.fullmatch(merchant.legal_kana)


def test_every_name_in_the_lists_has_a_reading_that_can_be_romanised_and_is_listed_once() -> None:
    assert [name for name in every_name() if not KATAKANA.fullmatch(name.kana)] == []
    assert [name for name in every_name() if not re.fullmatch(r"[A-Z]+", romaji(name.kana))] == []
    assert len({name.text for name in FAMILY_NAMES.items}) == len(FAMILY_NAMES.items) >= 150
    for _, names in (*MEN_BY_LAST_YEAR, *WOMEN_BY_LAST_YEAR):
        assert len({name.text for name in names.items}) == len(names.items) >= 60


def test_the_register_has_characters_that_older_systems_lose(kashima: City) -> None:
    written = "".join(resident.family_name for resident in kashima.residents)
    assert all(character in written for character in "髙﨑濵德邉邊栁𠮷")


def test_bank_accounts_are_at_real_branches_and_have_seven_digits(kashima: City) -> None:
    for merchant in kashima.merchants:
        account = merchant.bank_account
        assert account.branch_code in Bank.all[account.bank_code].branches
        assert account.account_kind in (1, 2)
        assert re.fullmatch(r"\d{7}", account.account_number)


def test_the_banks_are_those_of_the_region(kashima: City) -> None:
    codes = {merchant.bank_account.bank_code for merchant in kashima.merchants}
    names = " ".join(sorted(Bank.all[code].name for code in codes))
    assert names == "ゆうちょ 九州ひぜん信金 佐賀 佐賀共栄 佐賀県農協 十八親和"


def test_a_branch_that_is_not_in_the_directory_becomes_the_first_of_its_bank() -> None:
    assert branch_codes("佐賀", "鹿島") == ("0179", "669")
    assert branch_codes("佐賀", "竜宮") == ("0179", "500")


def test_an_account_that_somebody_has_is_not_given_to_another() -> None:
    taken: set[tuple[str, str, str]] = set()
    first = draw_account(stream(1, "test"), "マツオ", current_percent=0, taken=taken)
    second = draw_account(stream(1, "test"), "マツオ", current_percent=0, taken=taken)
    assert (first.bank_code, first.branch_code) == (second.bank_code, second.branch_code)
    assert first.account_number != second.account_number
    assert len(taken) == 2


def test_a_bank_that_is_not_in_the_directory_is_refused() -> None:
    with pytest.raises(LookupError, match="0 banks in the directory are named 竜宮"):
        branch_codes("竜宮", "鹿島")


def test_account_holders_are_written_with_what_a_transfer_can_carry(
    shops_of_a_prefecture: tuple[Merchant, ...],
) -> None:
    for merchant in shops_of_a_prefecture:
        length = half_width_length_as_party(merchant.bank_account.holder_kana)
        assert length is not None, merchant.bank_account.holder_kana
        assert length <= 30, merchant.bank_account.holder_kana


@pytest.mark.parametrize(
    ("holder_kana", "length"),
    [
        ("カ）サクラノショウテン", 11),
        ("ヤマダベーカリー（ユ", 12),
        ("カヲル", None),
        ("東京商店", None),
        ("A&B", None),
    ],
)
def test_the_check_of_account_holders_knows_good_from_bad(holder_kana: str, length: int | None) -> None:
    assert half_width_length_as_party(holder_kana) == length


def test_latin_names_fit_a_payment_code(shops_of_a_prefecture: tuple[Merchant, ...]) -> None:
    for merchant in shops_of_a_prefecture:
        for store in merchant.stores:
            assert re.fullmatch(r"[A-Z]+( [A-Z]+)+", store.name_latin), store.name_latin
            assert len(store.name_latin) <= 25, store.name_latin


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("マツオ オオシマ トウドウ", "MATSUO OSHIMA TODO"),
        ("イノウエ マツウラ シュウ", "INOUE MATSUURA SHU"),
        ("ホッタ キッチョウ コーヒー", "HOTTA KITCHO KOHI"),
    ],
)
def test_katakana_is_written_in_latin_letters_as_in_a_passport(kana: str, latin: str) -> None:
    assert [romaji(word) for word in kana.split()] == latin.split()


def test_stores_have_their_own_number_name_and_sensible_hours(kashima: City) -> None:
    stores = [store for merchant in kashima.merchants for store in merchant.stores]
    assert [store.store_number for store in stores] == list(range(1, len(stores) + 1))
    assert len({store.display_name for store in stores}) == len(stores)
    assert {store.district for store in stores} == set(DISTRICTS)
    assert all(5 <= store.opening_hour < store.closing_hour <= 24 for store in stores)
    assert {len(merchant.stores) for merchant in kashima.merchants} == {1, 2, 3}


def test_no_two_merchants_have_the_same_name_or_account(shops_of_a_prefecture: tuple[Merchant, ...]) -> None:
    accounts = [merchant.bank_account for merchant in shops_of_a_prefecture]
    numbers = {(account.bank_code, account.branch_code, account.account_number) for account in accounts}
    assert len({merchant.legal_name for merchant in shops_of_a_prefecture}) == 10_000
    assert len(numbers) == 10_000


def test_every_trade_is_there_in_its_share(kashima: City) -> None:
    trades = [merchant.trade for merchant in kashima.merchants]
    assert set(trades) == {trade.name for trade in TRADES.items}
    assert (trades.count("飲食店"), trades.count("居酒屋"), trades.count("スーパー")) == (42, 23, 8)


def test_most_shops_are_small_and_the_large_ones_are_in_the_trades_of_chains(kashima: City) -> None:
    large = [merchant for merchant in kashima.merchants if merchant.size_class == "large"]
    assert {merchant.size_class for merchant in kashima.merchants} == {"small", "large"}
    assert 15 <= len(large) <= 40
    chains = {trade.name for trade in TRADES.items if trade.large_percent > 0}
    assert {merchant.trade for merchant in large} <= chains


def test_baskets_and_popularity_are_positive_and_baskets_end_in_zero(kashima: City) -> None:
    for merchant in kashima.merchants:
        assert merchant.popularity_weight > 0
        assert merchant.basket.median_yen >= 500
        assert merchant.basket.median_yen % 10 == 0
        assert 0.2 <= merchant.basket.spread <= 1.0


def test_facts_of_the_city_cannot_be_changed(kashima: City) -> None:
    for fact in (kashima, kashima.households[0], kashima.residents[0], kashima.merchants[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(fact, dataclasses.fields(fact)[0].name, 0)
        assert not hasattr(fact, "__dict__")


def test_a_shuffle_keeps_every_item_once() -> None:
    order = shuffled(stream(1, "test"), range(50))
    assert order != list(range(50))
    assert sorted(order) == list(range(50))


def test_shares_follow_the_weights_exactly() -> None:
    assert Weighted([("a", 1), ("b", 3)]).shares(8) == ["a"] * 2 + ["b"] * 6


def test_an_item_without_weight_is_never_drawn() -> None:
    weighted, rng = Weighted([("never", 0), ("a", 1), ("b", 9)]), stream(1, "test")
    drawn = [weighted.draw(rng) for _ in range(2000)]
    assert set(drawn) == {"a", "b"}
    assert 140 < drawn.count("a") < 260


def test_every_shop_is_in_the_town_of_its_address_and_always_there(kashima: City) -> None:
    stores = [store for merchant in kashima.merchants for store in merchant.stores]
    places = [draw_shop_place(7, store) for store in stores]
    assert places == [draw_shop_place(7, store) for store in stores]
    assert places != [draw_shop_place(8, store) for store in stores]
    for store, place in zip(stores, places, strict=True):
        town = next(town for town in TOWNS_OF_HOMES.items if f"大字{town.name}" in place.address)
        assert town.district == store.district
        assert 33.04 < place.latitude < 33.14
        assert 130.05 < place.longitude < 130.18
    assert {store.district for store in stores} == set(DISTRICTS)
