"""A roster of made-up people, of any length."""

from __future__ import annotations

import random
from collections.abc import Iterable

from unionoffice.kernel.resident_id import check_digit

HEADINGS = [
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "民族",
    "政治面貌",
    "学历",
    "学位",
    "婚姻状况",
    "手机号码",
    "邮箱",
    "现住址",
    "工作单位",
    "部门",
    "工号",
    "岗位",
    "职务",
    "职称",
    "用工形式",
    "人员状态",
    "参加工作时间",
    "入会时间",
    "会员证号",
    "分工会",
    "备注",
]


def people(size: int, first: int = 0) -> Iterable[list[str]]:
    """Rows of a made-up roster: sound identity numbers, all different, and the usual mixture of dates and words."""
    chance = random.Random(first)
    family = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文宇浩然子轩雨欣思怡佳"
    for number in range(first, first + size):
        born = f"{chance.randint(1966, 2003)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        first17 = f"61{100 + number // 997 % 9000:04d}{born}{number % 997 + 1:03d}"
        name = chance.choice(family) + "".join(chance.choice(given) for _ in range(chance.choice((1, 2, 2))))
        yield [
            name,
            "男" if int(first17[16]) % 2 else "女",
            first17 + check_digit(first17),
            f"{born[:4]}-{born[4:6]}-{born[6:]}",
            chance.choice(("汉族", "回族", "满族")),
            chance.choice(("群众", "中共党员", "共青团员")),
            chance.choice(("本科", "大专", "硕士研究生")),
            chance.choice(("学士", "硕士", "")),
            chance.choice(("已婚", "未婚")),
            f"1{chance.randint(30, 99)}{number:08d}",
            f"u{number}@example.edu.cn",
            f"示范市示范区第{number}号",
            "示范矿业有限公司",
            f"部门{number % 200}",
            f"{number:06d}",
            chance.choice(("采煤工", "掘进工", "司机")),
            chance.choice(("", "班长")),
            chance.choice(("", "工程师", "高级工程师")),
            chance.choice(("合同制", "正式")),
            "在职",
            f"{chance.randint(1985, 2020)}-{chance.randint(1, 12):02d}",
            f"{chance.randint(2000, 2024)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            f"HY{number:07d}",
            f"分会{number % 100}",
            "",
        ]
