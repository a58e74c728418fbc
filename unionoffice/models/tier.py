"""Closed tiers (授权范围, F90; domain.md §8.1): illness, psychology and legal aid, open to whom they were granted only.

A tier is held besides a role and comes with none: the chair sees nothing of it before it is granted to him by name.
"""

from __future__ import annotations

from unionoffice.models.choices import Choice


class Tier(Choice):
    """What is kept from everybody but a few."""

    ILLNESS = "illness", "疾病"
    PSYCHOLOGY = "psychology", "心理"
    LEGAL_AID = "legal_aid", "法律援助"


UNSEEN = "（未授权）"
"""What stands in the place of a text that somebody may not see; a date or a number is blank."""
