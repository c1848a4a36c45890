"""A street of invented shops with places, beside the bakery and the market that every city of the tests has."""

from merchants.model import BankAccount, BankAccountKind, MerchantSize, NewMerchant, NewStore, Point, StorePlace
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.place_stores import place_stores
from merchants.operations.register_merchants import register_merchants
from tests.browser.pay_city import PayCity
from tests.wallet_api.world import HANA, PLANNED

DISTRICTS = (
    ("鹿島", Point(33.1060, 130.0980)),
    ("浜", Point(33.0880, 130.1190)),
    ("北鹿島", Point(33.1220, 130.1080)),
    ("七浦", Point(33.0600, 130.1560)),
)
TRADES = ("飲食店", "菓子", "理容", "書店", "鮮魚", "花", "衣料")
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
SHOPS = 42


def open_street(city: PayCity) -> None:
    """Register, approve and place the shops; every seventh is a large one."""
    invented = [_merchant(number) for number in range(SHOPS)]
    places = [_place(number, merchant.stores[0]) for number, merchant in enumerate(invented)]
    city.staff.run(lambda session: register_merchants(session, invented, now=PLANNED))
    ids = [merchant.merchant_id for merchant in invented]
    city.staff.run(lambda session: approve_merchants(session, ids, by=HANA.id, now=PLANNED))
    city.staff.run(lambda session: place_stores(session, places, now=PLANNED))


def _merchant(number: int) -> NewMerchant:
    district, _ = DISTRICTS[number % len(DISTRICTS)]
    trade = TRADES[number % len(TRADES)]
    name = f"有明{trade}{number + 1}号店"
    return NewMerchant(
        legal_name=name,
        legal_kana="アリアケ",
        trade=trade,
        size=MerchantSize.LARGE if number % 7 == 6 else MerchantSize.SMALL,
        bank_account=BankAccount(
            bank_code="0179",
            branch_code="301",
            account_kind=BankAccountKind.ORDINARY,
            account_number=f"{number:07}",
            holder_kana="アリアケ",
            bank_name="佐賀",
            branch_name="鹿島",
        ),
        stores=(NewStore(display_name=name, name_latin=f"Ariake {number}", district=district, postal_code="849-1311"),),
    )


def _place(number: int, store: NewStore) -> StorePlace:
    _, middle = DISTRICTS[number % len(DISTRICTS)]
    point = Point(middle.latitude + (number % 5 - 2) * 0.0016, middle.longitude + (number % 6 - 3) * 0.0018)
    kana = f"{KANA[number % len(KANA)]}リアケ"
    return StorePlace(store_id=store.store_id, name_kana=kana, address=f"佐賀県鹿島市{9001 + number}番地", point=point)
