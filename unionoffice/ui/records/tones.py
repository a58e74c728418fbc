"""Which ground a state's pill has: grey draft, blue under way, amber waiting, green done, red refused."""

from __future__ import annotations

_TONES = {
    "grey": "none deceased draft new ended closed archived withdrawn_draft inactive left transferred void stopped"
    " planned unchanged unclaimed",
    "blue": "open running active_case in_progress underway accepted assigned generating published checking handling",
    "amber": "waiting submitted pending review reviewing proposed due signing returned suspended retained announced"
    " check_added check_updated check_unchanged",
    "green": "done signed approved active paid settled handed_over finished in_office passed answered received"
    " added collected proxy",
    "red": "refused rejected overdue expired failed withdrawn expelled cancelled lost",
}
TONES = {code: tone for tone, codes in _TONES.items() for code in codes.split()}
DEFAULT_TONE = "blue"


def tone_of(code: object) -> str:
    """The tone of a stored state code."""
    return TONES.get(str(code), DEFAULT_TONE)
