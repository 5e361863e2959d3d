"""Databases for tests: clones of one migrated template, made and dropped in milliseconds."""

import itertools
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from groundplane.storage.embedded import DATABASE

NUMBERS = itertools.count()


class Urls(NamedTuple):
    owner: str
    app: str


@contextmanager
def cloned(template: Urls) -> Generator[Urls]:
    """A fresh database with the template's schema, dropped at the end, its guests thrown out."""
    name = f"test_{next(NUMBERS)}"
    maintenance = make_conninfo(template.owner, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as db:
        db.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(DATABASE)
            )
        )
        try:
            yield Urls(*(make_conninfo(url, dbname=name) for url in template))
        finally:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
