"""Requests as they look, from the founding case."""

from __future__ import annotations

FILED = {
    "customer": "new",
    "name": "Mr X",
    "phone": "138 0013 8000",
    "channel": "phone",
    "severity": "major",
    "title": "Redemption fails for special ID type",
    "description": "Three orders for airline miles failed on 3 September.",
    "remedy_sought": "The miles, or the points back.",
    "category": "B-05",
    "received_at": "2026-09-03T10:20:00+08:00",
    "account": "123456XXX",
}
MOVES: dict[str, dict[str, object]] = {
    "ticket_accept": {"promised_at": "2026-11-30T18:00:00+08:00"},
    "ticket_answer": {"text": "The member number is 8821-55; the order can be redeemed by hand."},
    "ticket_return": {"missing": "The member number", "from_whom": "Customer service"},
    "complaint_ask": {
        "department": "biz",
        "title": "Is a manual redemption possible?",
        "ask": "The card is normal and the points suffice.",
        "needed_by": "2026-11-30T12:00:00+08:00",
    },
    "complaint_note": {"kind": "call", "text": "Called at 10:20: expects our word on Friday."},
    "complaint_promise": {
        "what": "The miles are booked",
        "promised_at": "2026-12-04T18:00:00+08:00",
    },
    "commitment_move_date": {
        "promised_at": "2026-12-07T18:00:00+08:00",
        "reason": "The airline's desk is closed until then.",
    },
    "escalation_decide": {
        "outcome": "instruction",
        "note": "Redeem by hand today; technology repairs it by the 14th.",
    },
}
