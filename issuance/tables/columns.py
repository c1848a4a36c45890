"""Columns that many tables of issuing have."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity

SCHEMA = {"schema": "issuance"}
CAMPAIGN = "issuance.campaigns.id"
ROUND = "issuance.rounds.id"


def moment(*, nullable: bool = False) -> Column[datetime]:
    """An instant."""
    return Column(DateTime(timezone=True), nullable=nullable)


def reference(target: str, constraint: str, *, primary_key: bool = False) -> Column[UUID]:
    """The id of a row of another table, under a named constraint."""
    return Column(ForeignKey(target, name=constraint), nullable=False, primary_key=primary_key)


def number() -> Column[int]:
    """A number that the database counts up."""
    return Column(BigInteger, Identity(always=True), primary_key=True)


def yen(*, nullable: bool = False) -> Column[int]:
    """An amount in yen."""
    return Column(BigInteger, nullable=nullable)
