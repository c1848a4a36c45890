"""Chapter one: people are entered from the roll, staff and shops sign up, posters are printed."""

from uuid import UUID

from sqlmodel import Session
from zengin_code.bank import Bank

from identity.model import Holder, HolderKind, ImportedResident, NewResident, ShopRole, StaffRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.add_staff import add_staff
from identity.operations.import_residents import import_residents
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from issuance.model import Clerk, Desk
from kashiman.demo.calendar import CITY_FOUNDED_ON
from kashiman.demo.population import Merchant as InventedMerchant
from kashiman.demo.population.shop_places import draw_shop_place
from kashiman.demo.story.world import Person, Shop, World
from kashiman.keys import KEY_ID
from kernel.clock import city_time
from kernel.ids import derived_id
from merchants.model import (
    BankAccount,
    BankAccountKind,
    MerchantSize,
    NewMerchant,
    NewStore,
    Point,
    RegisteredMerchant,
    StorePlace,
)
from merchants.operations.approve_merchants import approve_merchants
from merchants.operations.declare_own_wallets import declare_own_wallets
from merchants.operations.place_stores import place_stores
from merchants.operations.print_posters import print_posters
from merchants.operations.register_merchants import register_merchants

PEOPLE_PER_BATCH = 3_000


def enter_people(world: World) -> None:
    """Import the residents of the roll and print their postcards."""
    now = world.at(city_time(CITY_FOUNDED_ON, 9))
    households = {household.household_id: household for household in world.city.households}
    invented = world.city.residents
    with world.bar("住民を登録", len(invented)) as bar:
        for start in range(0, len(invented), PEOPLE_PER_BATCH):
            batch = invented[start : start + PEOPLE_PER_BATCH]
            residents = [
                NewResident(
                    household_id=derived_id("household", str(world.seed), str(one.household_id)),
                    family_name=one.family_name,
                    given_name=one.given_name,
                    family_kana=one.family_kana,
                    given_kana=one.given_kana,
                    birth_date=one.birth_date,
                    district=one.district,
                    address=households[one.household_id].address,
                    postal_code=households[one.household_id].postal_code,
                    has_smartphone=one.has_smartphone,
                )
                for one in batch
            ]

            def enter(session: Session, residents: list[NewResident] = residents) -> list[ImportedResident]:
                imported = import_residents(session, residents, now=now)
                holders = [Holder(HolderKind.RESIDENT, person.person_id) for person in imported]
                issue_sign_in_codes(session, holders, pepper=world.keys.pepper, now=now)
                return imported

            for one, resident, ids in zip(batch, residents, world.databases.staff.run(enter), strict=True):
                name = f"{one.family_name} {one.given_name}"
                world.people.append(
                    Person(one.resident_number, ids.person_id, ids.wallet_id, resident.household_id, name)
                )
            bar.step(len(batch))


def hire_staff(world: World) -> None:
    """Enter the clerks who act in the story."""

    def hire(session: Session) -> list[UUID]:
        roles = {
            "商工 花子": {StaffRole.COMMERCE, StaffRole.HELP},
            "商工 次郎": {StaffRole.COMMERCE, StaffRole.ADMIN},
            "会計 太郎": {StaffRole.FINANCE, StaffRole.AUDIT},
        }
        return [add_staff(session, display_name=name, roles=given) for name, given in roles.items()]

    planner, approver, finance = world.databases.staff.run(hire)
    world.planner, world.approver = Clerk(planner, Desk.COMMERCE), Clerk(approver, Desk.COMMERCE)
    world.finance = Clerk(finance, Desk.FINANCE)


def open_shops(world: World) -> None:
    """Register and approve the shops, print a poster for each store, and enter somebody at each till."""
    now = world.at(city_time(CITY_FOUNDED_ON, 13))
    invented = world.city.merchants

    def open_all(session: Session) -> list[Shop]:
        registered = register_merchants(session, [_application(merchant) for merchant in invented], now=now)
        ids = [merchant.merchant_id for merchant in registered]
        approve_merchants(session, ids, by=world.approver.id, now=now)
        stores = [store for merchant in registered for store in merchant.stores]
        serials = iter(print_posters(session, [store.store_id for store in stores], key_id=KEY_ID, now=now))
        place_stores(session, _places(world, registered), now=now)
        shops = []
        for merchant, known in zip(invented, registered, strict=True):
            owner = add_shop_user(session, merchant_id=known.merchant_id, display_name="店主", role=ShopRole.OWNER)
            shops += _shops(merchant, known, [next(serials) for _ in known.stores], owner)
        return shops

    with world.bar("店舗を登録", len(invented)):
        world.shops = world.databases.staff.run(open_all)
        _declare_owner(world)


def _declare_owner(world: World) -> None:
    """One owner is known as a resident, so that a payment at the own shop can be refused."""
    owner, shop = world.people[-1], world.shops[0]
    now = world.clock.now()
    world.databases.staff.run(
        lambda session: declare_own_wallets(session, shop.merchant_id, [owner.wallet_id], now=now)
    )


def _shops(merchant: InventedMerchant, known: RegisteredMerchant, serials: list[str], owner: UUID) -> list[Shop]:
    return [
        Shop(merchant, known.merchant_id, store, serial, owner)
        for store, serial in zip(known.stores, serials, strict=True)
    ]


def _places(world: World, registered: list[RegisteredMerchant]) -> list[StorePlace]:
    """Where each store is, as city hall wrote it down from the shop's application."""
    invented = [store for merchant in world.city.merchants for store in merchant.stores]
    known = [store for merchant in registered for store in merchant.stores]
    drawn = [draw_shop_place(world.seed, store) for store in invented]
    return [
        StorePlace(
            store_id=store.store_id,
            name_kana=about.name_kana,
            address=place.address,
            point=Point(place.latitude, place.longitude),
        )
        for about, store, place in zip(invented, known, drawn, strict=True)
    ]


def _application(merchant: InventedMerchant) -> NewMerchant:
    account = merchant.bank_account
    bank = Bank.all[account.bank_code]
    return NewMerchant(
        legal_name=merchant.legal_name,
        legal_kana=merchant.legal_kana,
        trade=merchant.trade,
        size=MerchantSize(merchant.size_class),
        bank_account=BankAccount(
            bank_code=account.bank_code,
            bank_name=bank.kana,
            branch_code=account.branch_code,
            branch_name=bank.branches[account.branch_code].kana,
            account_kind=BankAccountKind(str(account.account_kind)),
            account_number=account.account_number,
            holder_kana=account.holder_kana,
        ),
        stores=tuple(
            NewStore(
                display_name=store.display_name[:25],
                name_latin=store.name_latin,
                district=store.district,
                postal_code="849-1311",
            )
            for store in merchant.stores
        ),
    )
