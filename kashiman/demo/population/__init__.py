"""The invented people and shops of Kashima (鹿島市) at the city's real size, for demos and load tests."""

from kashiman.demo.population.accounts import BankAccount
from kashiman.demo.population.city import City, CitySizeOutOfRange, make_city
from kashiman.demo.population.people import Household, Resident
from kashiman.demo.population.places import DISTRICTS
from kashiman.demo.population.shops import Basket, Merchant, Store

__all__ = [
    "DISTRICTS",
    "BankAccount",
    "Basket",
    "City",
    "CitySizeOutOfRange",
    "Household",
    "Merchant",
    "Resident",
    "Store",
    "make_city",
]
