"""Signed merchants (签约商户, domain.md §6.2 item 21): who gives members a discount, on what terms, until when."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from unionoffice.models.base import Record
from unionoffice.models.choices import Choice
from unionoffice.models.fields import Kind, field
from unionoffice.models.register import Register, Section
from unionoffice.models.workflow import Step, Workflow


class MerchantCategory(Choice):
    """What a merchant sells."""

    CULTURE = "culture", "文化娱乐"
    FITNESS = "fitness", "体育健身"
    GOODS = "goods", "日用百货"
    FOOD = "food", "餐饮食品"
    CAR = "car", "汽车服务"
    HOUSEHOLD = "household", "家政服务"
    HEALTH = "health", "医疗健康"
    TRAVEL = "travel", "旅游住宿"
    OTHER = "other", "其他"


class MerchantState(Choice):
    """Where the agreement stands."""

    DRAFT = "draft", "草稿"
    SIGNED = "signed", "已签约"
    ENDED = "ended", "已终止"


class Merchant(Record):
    """A merchant and the agreement with it."""

    __tablename__ = "merchant"
    type_name = "merchant"
    title = "签约商户"

    name: Mapped[str] = field("名称")
    category: Mapped[MerchantCategory] = field("类别", Kind.CHOICE, choices=MerchantCategory)
    address: Mapped[str | None] = field("地址", required=False)
    contact: Mapped[str | None] = field("联系人", required=False)
    phone: Mapped[str | None] = field("电话", Kind.PHONE, required=False, business=True)
    discount: Mapped[str] = field("优惠内容", Kind.NOTE)
    proof: Mapped[str | None] = field("优惠凭证", required=False, help="会员到店出示什么，如会员卡")
    signed_from: Mapped[date | None] = field("协议开始", Kind.DATE, required=False)
    signed_until: Mapped[date | None] = field("协议到期", Kind.DATE, required=False)
    remark: Mapped[str | None] = field("备注", Kind.NOTE, required=False)
    state: Mapped[MerchantState] = field(
        "状态", Kind.STATE, choices=MerchantState, default=MerchantState.DRAFT, internal=True
    )


def _agreement_complete(merchant: Merchant) -> str | None:
    if merchant.signed_from is None or merchant.signed_until is None:
        return "协议开始和协议到期要先填写，才能签约。"
    if merchant.signed_until < merchant.signed_from:
        return "协议到期早于协议开始，请先改正日期。"
    return None


REGISTER = Register(
    model=Merchant,
    title="签约商户",
    purpose="与工会签约、给会员优惠的商家：名称、优惠内容、凭证和协议期限。",
    columns=(
        Merchant.name,
        Merchant.category,
        Merchant.discount,
        Merchant.phone,
        Merchant.signed_until,
        Merchant.state,
    ),
    form=(
        Section("商户", (Merchant.name, Merchant.category, Merchant.address, Merchant.contact, Merchant.phone)),
        Section("协议", (Merchant.discount, Merchant.proof, Merchant.signed_from, Merchant.signed_until)),
        Section("其他", (Merchant.remark,)),
    ),
    search=(Merchant.name, Merchant.discount, Merchant.address),
    public=(Merchant.name, Merchant.category, Merchant.address, Merchant.phone, Merchant.discount, Merchant.proof),
    due=Merchant.signed_until,
    workflow=Workflow(
        MerchantState.DRAFT,
        (
            Step(
                "sign",
                "签约",
                frozenset({MerchantState.DRAFT, MerchantState.ENDED}),
                MerchantState.SIGNED,
                role="officer",
                guard=_agreement_complete,
            ),
            Step(
                "end",
                "终止",
                frozenset({MerchantState.SIGNED}),
                MerchantState.ENDED,
                role="officer",
                needs_reason=True,
            ),
        ),
    ),
)
