"""A made-up office for tests and pictures: real file, real services, made-up merchants."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from unionoffice.kernel.clock import FixedClock
from unionoffice.kernel.identity import Actor
from unionoffice.models.registers.merchants import REGISTER
from unionoffice.services.registers import Registers
from unionoffice.store import schema
from unionoffice.store.unit_of_work import Store

TODAY = date(2026, 9, 1)
ACTOR = Actor("林晓")

_MERCHANTS = (
    ("示范健身馆", "fitness", "凭会员卡办理年卡八折，体验课免费一次", 400),
    ("晨光书店", "culture", "图书九折，文具八五折", 12),
    ("好邻居超市", "goods", "满 100 元减 10 元，每周三另享生鲜九折；特价商品除外，不与店内其他优惠同时使用", 200),
    ("老街面馆", "food", "堂食九折", -20),
    ("安心汽修", "car", "保养工时费七折", 90),
    ("康宁体检中心", "health", "职工体检套餐六折，家属七折", 0),
    ("青山民宿", "travel", "工作日房价七五折", 365),
    ("洁净家政", "household", "保洁每小时减 5 元", 30),
)


def make_store(folder: Path) -> Store:
    """A new office file and an open store on it."""
    path = folder / "office.ghoffice"
    schema.create(path)
    return Store(path, FixedClock(datetime(2026, 9, 1, 9, 30)))


def merchant_values(name: str = "示范健身馆", **changes: object) -> dict[str, object]:
    """Valid values of one merchant."""
    values: dict[str, object] = {"name": name, "category": "fitness", "discount": "年卡八折", "phone": "13800001234"}
    return {**values, **changes}


def add_merchants(registers: Registers, count: int = len(_MERCHANTS)) -> list[str]:
    """Enter merchants, the first half of them signed; returns their ids."""
    ids = []
    for number in range(count):
        name, category, discount, days = _MERCHANTS[number % len(_MERCHANTS)]
        values = merchant_values(
            name if number < len(_MERCHANTS) else f"{name}（{number // len(_MERCHANTS) + 1} 店）",
            category=category,
            discount=discount,
            address=f"示范区和平路 {number + 1} 号",
            contact="王示范",
            signed_from=TODAY - timedelta(days=300),
            signed_until=TODAY + timedelta(days=days),
        )
        record_id, _ = registers.create(REGISTER, values, ACTOR)
        if number % 2 == 0:
            registers.take(REGISTER, record_id, "sign", ACTOR)
        ids.append(record_id)
    return ids
