"""
The synthetic organisation of a demo installation: four pilots with their three 所, villages, grids and about 60 people.

All names are made up. Accounts read ``chengdong.minjing1``: place, post, number; every demo password is ``PASSWORD``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tasks.model import SYSTEM, Unit, UnitKind
from workflows.identity import passwords, people
from workflows.store.ids import new_id
from workflows.store.rows import PersonRow
from workflows.store.unit_of_work import UnitOfWork

PASSWORD = "hailing-demo-2026"  #: of every demo account; a real installation has no demo accounts


@dataclass(frozen=True, kw_only=True)
class Town:
    """A pilot town or street."""

    key: str  #: as accounts begin
    name: str
    short: str
    villages: tuple[str, ...]


TOWNS = (
    Town(key="huagang", name="华港镇", short="华港", villages=("港口村", "李庄村", "溪桥村", "华兴社区")),
    Town(key="gangyang", name="罡杨镇", short="罡杨", villages=("罡门村", "杨庄村", "北徐村", "罡阳社区")),
    Town(key="jiulong", name="九龙镇", short="九龙", villages=("姚家村", "龙西村", "春兰社区", "九龙社区")),
    Town(
        key="chengdong",
        name="城东街道",
        short="城东",
        villages=("海光社区", "梅园社区", "东郊社区", "智堡社区"),
    ),
)
POSTS = (
    # account word, role, unit slot, how many, title
    ("minjing", "R02", "station", 3, "民警"),
    ("fujing", "R03", "station", 1, "辅警"),
    ("suoling", "R04", "station", 1, "派出所值班领导"),
    ("zhihui", "R05", "station", 1, "综合指挥室"),
    ("sifa", "R06", "justice", 2, "司法所干警"),
    ("tiaojie", "R07", "room", 2, "专职调解员"),
    ("laoniangjiu", "R08", "room", 1, "村居调解员"),
    ("wangge", "R09", "village", 1, "网格员"),
    ("falv", "R10", "legal", 1, "法律工作者"),
    ("shegong", "R11", "justice", 2, "专职社工"),
    ("pailian", "R12", "station", 1, "派出所联络员"),
    ("silian", "R12", "justice", 1, "司法所联络员"),
    ("falian", "R12", "legal", 1, "法律服务所联络员"),
    ("jingfang", "R21", "town", 1, "精防人员"),
)
DISTRICT_POSTS = (
    ("jiejing", "R01", "police", "接警员"),
    ("jicengke", "R13", "bureau", "基层科"),
    ("zhian", "R14", "police", "治安大队"),
    ("lingdao", "R15", "office", "领导小组办公室"),
    ("fuyi1", "R16", "bureau", "行政复议人员"),
    ("fuyi2", "R16", "bureau", "行政复议人员"),
    ("fazhi", "R17", "police", "法制大队（被申请人）"),
    ("zhuanjia", "R22", "bureau", "人才库专家"),
    ("zhengce", "R18", "bureau", "政策编辑员"),
    ("shenji", "R19", "bureau", "审计员"),
    ("guanli", "R20", "district", "系统管理员"),
)
SURNAMES = "陈王张李刘徐朱周吴孙杨丁沈顾钱陆曹潘袁葛"
GIVEN = [
    "建国",
    "志强",
    "秀英",
    "丽华",
    "海峰",
    "明",
    "晓东",
    "玉兰",
    "文斌",
    "雪梅",
    "卫东",
    "桂芳",
    "立新",
    "春燕",
    "永康",
    "小红",
    "长林",
    "美玲",
    "国庆",
    "静",
]


def units() -> tuple[Unit, ...]:
    """Return the organisation, parents first."""
    top = (
        Unit(id="taizhou", kind=UnitKind.CITY, name="泰州市", parent=None),
        Unit(id="hailing", kind=UnitKind.DISTRICT, name="海陵区", parent="taizhou"),
        Unit(
            id="hailing-police",
            kind=UnitKind.POLICE_DISTRICT,
            name="公安海陵分局",
            parent="hailing",
            area="hailing",
        ),
        Unit(
            id="hailing-bureau",
            kind=UnitKind.JUSTICE_DISTRICT,
            name="海陵区司法局",
            parent="hailing",
            area="hailing",
        ),
        Unit(
            id="hailing-office", kind=UnitKind.LEADING_GROUP, name="警法融合领导小组办公室", parent="hailing"
        ),
    )
    return (*top, *(unit for town in TOWNS for unit in _town(town)))


def _town(town: Town) -> Iterator[Unit]:
    k = town.key
    yield Unit(id=k, kind=UnitKind.TOWN, name=town.name, parent="hailing", pilot=True)
    yield Unit(
        id=f"{k}-station", kind=UnitKind.STATION, name=f"{town.short}派出所", parent="hailing-police", area=k
    )
    yield Unit(
        id=f"{k}-justice", kind=UnitKind.JUSTICE, name=f"{town.short}司法所", parent="hailing-bureau", area=k
    )
    yield Unit(
        id=f"{k}-legal", kind=UnitKind.LEGAL, name=f"{town.short}法律服务所", parent="hailing-bureau", area=k
    )
    yield Unit(
        id=f"{k}-room",
        kind=UnitKind.ROOM,
        name=f"{town.short}公安司法联合调解室",
        parent=f"{k}-justice",
        area=k,
    )
    for number, village in enumerate(town.villages, start=1):
        place = f"{k}-v{number}"
        yield Unit(id=place, kind=UnitKind.VILLAGE, name=village, parent=k)
        yield Unit(id=f"{place}-g1", kind=UnitKind.GRID, name=f"{village}第一网格", parent=place)
        yield Unit(id=f"{place}-g2", kind=UnitKind.GRID, name=f"{village}第二网格", parent=place)


def put(uow: UnitOfWork) -> int:
    """Create units and people; returns how many people. Repeating it changes nothing."""
    people.put_units(uow, SYSTEM, units())
    password_hash = passwords.hashed(PASSWORD)
    return sum(_add(uow, number, *post, password_hash) for number, post in enumerate(_posts()))


def _posts() -> Iterator[tuple[str, str, str]]:
    """Yield account, role and unit of every post."""
    for town in TOWNS:
        for word, role, slot, count, _ in POSTS:
            unit = {"village": f"{town.key}-v1", "town": town.key}.get(slot, f"{town.key}-{slot}")
            yield from ((f"{town.key}.{word}{n}", role, unit) for n in range(1, count + 1))
    ids = {
        "police": "hailing-police",
        "bureau": "hailing-bureau",
        "office": "hailing-office",
        "district": "hailing",
    }
    yield from ((f"hailing.{word}", role, ids[unit]) for word, role, unit, _ in DISTRICT_POSTS)


def _add(uow: UnitOfWork, number: int, account: str, role: str, unit: str, password_hash: str) -> bool:
    surname = SURNAMES[number % len(SURNAMES)]
    row = PersonRow(
        id=new_id(),
        account=account,
        name=surname + GIVEN[(number * 7) % len(GIVEN)],
        password_hash=password_hash,
        active=True,
        locale="zh",
        phone=None,
        qualification=None,
        must_change_password=False,
        absent_until=None,
        substitute_id=None,
    )
    if not uow.people.add(row, uow.now):
        return False
    uow.people.grant(row.id, role, unit, by=SYSTEM.person_id, at=uow.now)
    return True
