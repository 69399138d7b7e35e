"""Where: the communes, their bassin de vie, and the desk that serves each."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import String

from guichet.core.db import Base


class Epci(Base):
    """An intercommunality, keyed by its SIREN."""

    __tablename__ = "epci"

    siren: Mapped[str] = mapped_column(String(9), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class BassinDeVie(Base):
    """A part of an intercommunality whose families share the same offer."""

    __tablename__ = "bassin_de_vie"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    epci_siren: Mapped[str] = mapped_column(ForeignKey("epci.siren"))


class Desk(Base):
    """A reception point of the guichet (a RPE): what article R112-5 CRPA wants on a receipt."""

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """How the file of the installation names it: the name itself may change on a screen."""
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class Commune(Base):
    """A commune, keyed by its INSEE code: names have homonyms and postcodes are shared."""

    __tablename__ = "commune"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    sort_key: Mapped[str] = mapped_column(String(80), index=True)
    population: Mapped[int]
    latitude: Mapped[float]
    longitude: Mapped[float]
    bassin_code: Mapped[str] = mapped_column(ForeignKey("bassin_de_vie.code"))
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    """The desk that serves this commune: two communes are outside the RPE, so it is a setting."""

    postcodes: Mapped[list["CommunePostcode"]] = relationship(lazy="raise_on_sql")


class CommunePostcode(Base):
    """A postcode of a commune; one postcode may serve several communes."""

    __tablename__ = "commune_postcode"

    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"), primary_key=True)
    postcode: Mapped[str] = mapped_column(String(5), primary_key=True)
