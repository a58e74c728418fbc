"""What every page of an open office stands in, handed down as one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from unionoffice.kernel.identity import Actor
from unionoffice.ui.jobs import Jobs
from unionoffice.ui.notices import Notices
from unionoffice.ui.operations import Operations
from unionoffice.ui.permits import Permits
from unionoffice.ui.prompts import Prompts
from unionoffice.ui.records.drafts import DraftKeeper


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who works here, on which day, with what rights, and the ways in which pages ask, tell and get work done."""

    actor: Actor
    today: date
    permits: Permits
    operations: Operations
    jobs: Jobs
    prompts: Prompts
    notices: Notices
    drafts: DraftKeeper = field(default_factory=DraftKeeper)
