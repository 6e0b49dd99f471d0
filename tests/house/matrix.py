"""Who may do what, written out by hand: a line for each page and move, a column for each person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# In the order of the columns of the tables.
PEOPLE = {
    "cs1": "keeps the customer of both cases",
    "cs2": "a colleague",
    "cs_lead": "their leader",
    "biz1": "owns a ticket, and made the promise",
    "biz2": "a colleague",
    "biz_lead": "their leader, who is asked to decide",
    "biz_deputy": "and the deputy",
    "tech1": "owns the ticket below it",
    "tech2": "a colleague",
    "tech_lead": "their leader",
    "ops1": "has a part in the foreign case only",
    "comp1": "of compliance",
    "ceo": "leads everything",
    "admin": "runs the installation",
    "auditor": "reads everything",
    "outsider": "belongs nowhere",
    "anonymous": "is not signed in",
}

# Let in, not to be found, refused with a sentence, sent to the sign-in, sent elsewhere.
LET_IN, UNSEEN, REFUSED, SIGN_IN, AWAY = "+", ".", "x", "?", ">"
MARKS = {UNSEEN: 404, REFUSED: 403, SIGN_IN: 302, AWAY: 302}


@dataclass(frozen=True, slots=True)
class Line:
    """A request, and how it ends for each person; `status` is what it means to be let in."""

    method: str
    status: int
    name: str
    object: str
    verb: str
    marks: dict[str, str]

    def __str__(self) -> str:
        words = (self.method, self.name, self.object, self.verb)
        return " ".join(word for word in words if word)


# "-" stands for no object. Seen are the cases in which one's department has a part; customer
# service, compliance and auditors see all; the CEO leads everything; administrators see none.
PAGES = """
                                                 serv.  business  techn. op co ce ad au ou an
                                                 1 2 L  1 2 L D  1 2 L
GET  200 healthz                      -          + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 metrics                      -          + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 health                       -          . . .  . . . .  . . .   .  .  .  +  .  .  ?
GET  200 complaints:desk              -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 complaints:list              -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 complaints:file              -          + + +  x x x x  x x x   x  x  x  x  x  x  ?
POST 422 complaints:file              -          + + +  x x x x  x x x   x  x  x  x  x  x  ?
POST 200 complaints:file_aside        -          + + +  x x x x  x x x   x  x  x  x  x  x  ?
POST 200 complaints:customers         -          + + +  x x x x  x x x   x  x  x  x  x  x  ?

GET  200 complaints:case              own        + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  200 complaints:case              foreign    + + +  . . . .  . . .   +  +  +  .  +  .  ?
GET  200 complaints:history           own        + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  200 complaints:history           foreign    + + +  . . . .  . . .   +  +  +  .  +  .  ?
GET  200 complaints:live              own        + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  200 complaints:live              foreign    + + +  . . . .  . . .   +  +  +  .  +  .  ?
POST 200 complaints:identity          own        + + +  . . . .  . . .   .  +  .  .  .  .  ?
POST 200 complaints:identity          foreign    + + +  . . . .  . . .   .  +  .  .  .  .  ?
GET  200 complaints:attachment        own        + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  200 complaints:attachment        foreign    + + +  . . . .  . . .   +  +  +  .  +  .  ?

GET  302 complaints:go                own        + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  302 complaints:go                foreign    + + +  . . . .  . . .   +  +  +  .  +  .  ?
GET  302 complaints:go                ticket     + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  302 complaints:go                promise    + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  302 complaints:go                later      + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  302 complaints:go                question   + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  302 complaints:go                elsewhere  + + +  . . . .  . . .   +  +  +  .  +  .  ?

GET  200 complaints:escalation        question   + + +  . . + +  . . .   .  +  +  .  +  .  ?
GET  200 complaints:escalation        elsewhere  + + +  . . . .  . . .   .  +  +  .  +  .  ?

GET  200 complaints:deadline          clock      + + +  + + + +  + + +   .  +  +  .  +  .  ?
GET  200 complaints:deadline          far_clock  + + +  . . . .  . . .   +  +  +  .  +  .  ?

GET  200 complaints:dashboard         -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 complaints:escalations       -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 complaints:export            -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 200 complaints:nudge_ticket      ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?
POST 200 complaints:nudge_ticket      below      + . .  + + + +  . . .   .  .  +  .  .  .  ?
POST 200 complaints:nudge_commitment  promise    + . .  . . . .  . . .   .  .  .  .  .  .  ?

GET  200 notifications:list           -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 notifications:preferences    -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 422 notifications:preferences    -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 302 notifications:read_all       -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  302 notifications:read           notice     . . .  + . . .  . . .   .  .  .  .  .  .  ?
GET  200 notifications:mail_log       -          . . .  . . . .  . . .   .  .  .  +  .  .  ?
POST 302 notifications:retry          mail       . . .  . . . .  . . .   .  .  .  +  .  .  ?

GET  200 departments:profile          -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 422 departments:profile          -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 api:reference                -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 api:tokens                   -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 422 api:tokens                   -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
POST 302 api:revoke_token             token      . . .  + . . .  . . .   .  .  .  .  .  .  ?
POST 400 departments:language         -          + + +  + + + +  + + +   +  +  +  +  +  +  +

GET  200 escalations:departments      -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 escalations:department       house      + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 escalations:calendars        -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 escalations:calendar         hours      + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 escalations:new_calendar     -          . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:new_calendar     -          . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:edit_calendar    hours      . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:edit_calendar    hours      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:new_day          hours      . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:new_day          hours      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:edit_day         day        . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:edit_day         day        . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:drop_day         day        . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 200 escalations:drop_day         day        . . .  . . . .  . . .   .  +  .  +  .  .  ?

GET  200 escalations:policies         -          . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:policy           live       . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:version          live       . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:version          draft      . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:new_policy       -          . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:new_policy       -          . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:name_policy      live       . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:name_policy      live       . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 302 escalations:begin_version    live       . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:retire_policy    live       . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:edit_section     draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:edit_section     draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:edit_ladder      draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:edit_ladder      draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:discard_version  draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:activate_version draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:activate_version draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:replay           draft      . . .  . . . .  . . .   .  +  .  +  +  .  ?
POST 422 escalations:replay           draft      . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:replay_progress  draft      . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:presets          -          . . .  . . . .  . . .   .  +  .  +  +  .  ?
GET  200 escalations:verify_preset    preset     . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:verify_preset    preset     . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:withdraw_preset  checked    . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:withdraw_preset  checked    . . .  . . . .  . . .   .  +  .  +  .  .  ?
GET  200 escalations:use_preset       preset     . . .  . . . .  . . .   .  +  .  +  .  .  ?
POST 422 escalations:use_preset       preset     . . .  . . . .  . . .   .  +  .  +  .  .  ?

GET  200 admin:index                  -          > > >  > > > >  > > >   >  >  >  +  >  >  >
GET  200 account_login                -          > > >  > > > >  > > >   >  >  >  >  >  >  +
GET  200 account_signup               -          > > >  > > > >  > > >   >  >  >  >  >  >  +
GET  200 account_logout               -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 account_reauthenticate       -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 account_change_password      -          + + +  + + + +  + + +   +  +  +  +  +  +  ?
GET  200 account_set_password         -          > > >  > > > >  > > >   >  >  >  >  >  >  ?
GET  200 account_reset_password       -          + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 account_reset_password_done  -          + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 account_reset_password_from_key -       + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 account_reset_password_from_key_done -  + + +  + + + +  + + +   +  +  +  +  +  +  +
GET  200 account_inactive             -          + + +  + + + +  + + +   +  +  +  +  +  +  +
"""

# Every form of a move answers 200, and 422 to what is no number where it wants a version.
MOVES = """
                                                 serv.  business  techn. op co ce ad au ou an
                                                 1 2 L  1 2 L D  1 2 L
complaint  acknowledge                own        + + +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  ask                        own        + + +  + + + +  + + +   .  .  +  .  .  .  ?
complaint  promise                    own        + + +  + + + +  + + +   .  .  +  .  .  .  ?
complaint  inform                     own        + + +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  propose_resolution         own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  customer_accepts           own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  customer_refuses           own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  close                      own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  reopen                     own        + + +  . . . .  . . .   .  +  +  .  .  .  ?
complaint  withdraw                   own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  assign                     own        + + +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  change_severity            own        + + +  . . . .  . . .   .  +  +  .  .  .  ?
complaint  recategorise               own        + + +  . . . .  . . .   .  +  +  .  .  .  ?
complaint  extend                     own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  pause                      own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  resume                     own        + . +  . . . .  . . .   .  .  +  .  .  .  ?
complaint  escalate                   own        + + +  + + + +  + + +   .  .  +  .  .  .  ?
complaint  note                       own        + + +  + + + +  + + +   .  +  +  .  .  .  ?
complaint  note                       foreign    + + +  . . . .  . . .   +  +  +  .  .  .  ?
complaint  no_such_move               own        . . .  . . . .  . . .   .  .  .  .  .  .  ?

ticket     accept                     asked      . . .  + + + +  . . .   .  .  +  .  .  .  ?
ticket     answer                     asked      . . .  + + + +  . . .   .  .  +  .  .  .  ?
ticket     forward                    asked      . . .  + + + +  . . .   .  .  +  .  .  .  ?
ticket     return                     asked      . . .  + + + +  . . .   .  .  +  .  .  .  ?

ticket     accept                     ticket     . . .  + . . .  . . .   .  .  .  .  .  .  ?
ticket     answer                     ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     confirm                    ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?
ticket     reject                     ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?
ticket     return                     ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     complete                   ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?
ticket     forward                    ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     block                      ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     unblock                    ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     move_date                  ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     reassign                   ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     ask                        ticket     . . .  + . + +  . . .   .  .  +  .  .  .  ?
ticket     withdraw                   ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?
ticket     reopen                     ticket     + + +  . . . .  . . .   .  .  +  .  .  .  ?

ticket     accept                     below      . . .  . . . .  + . .   .  .  .  .  .  .  ?
ticket     answer                     below      . . .  . . . .  + . +   .  .  +  .  .  .  ?
ticket     confirm                    below      . . .  + + + +  . . .   .  .  +  .  .  .  ?

commitment keep                       promise    . . .  + . + +  . . .   .  .  +  .  .  .  ?
commitment move_date                  promise    . . .  + . + +  . . .   .  .  +  .  .  .  ?
commitment withdraw                   promise    + . .  . . + +  . . .   .  .  +  .  .  .  ?
commitment keep                       answer     . . .  . . . .  . . .   .  .  .  .  .  .  ?
commitment move_date                  answer     . . .  . . . .  . . .   .  .  .  .  .  .  ?
commitment withdraw                   answer     . . .  . . . .  . . .   .  .  .  .  .  .  ?

extension  approve                    later      . . +  . . . .  . . .   .  .  +  .  .  .  ?
extension  refuse                     later      . . +  . . . .  . . .   .  .  +  .  .  .  ?
extension  withdraw                   later      + . +  . . . .  . . .   .  .  +  .  .  .  ?
extension  approve                    leaders    . . .  . . . .  . . .   .  .  +  .  .  .  ?
extension  refuse                     leaders    . . .  . . . .  . . .   .  .  +  .  .  .  ?
extension  withdraw                   leaders    + . +  . . . .  . . .   .  .  +  .  .  .  ?

escalation acknowledge                question   . . .  . . + +  . . .   .  .  +  .  .  .  ?
escalation decide                     question   . . .  . . + +  . . .   .  .  +  .  .  .  ?
escalation decide                     elsewhere  . . .  . . . .  . . .   .  .  +  .  .  .  ?
"""

# What stands in the administration: no complaint, no ticket, no promise, no customer.
ADMINISTERED = """
    departments_user departments_department departments_workcalendar departments_absence
    api_accesstoken complaints_category escalations_policy escalations_policyversion
    escalations_deadline escalations_escalation notifications_notice notifications_delivery
    journal_stream journal_entry auth_group account_emailaddress
"""


def pages() -> list[Line]:
    """The lines of PAGES."""
    return [
        Line(method, int(status), name, thing, "", marks)
        for (method, status, name, thing), marks in _rows(PAGES, 4)
    ]


def moves() -> list[Line]:
    """The lines of MOVES: the form is sent, and refused where it is reached."""
    return [
        Line("POST", 422, noun, thing, verb, marks)
        for (noun, verb, thing), marks in _rows(MOVES, 3)
    ]


def _rows(table: str, words: int) -> Iterator[tuple[list[str], dict[str, str]]]:
    _service, _numbers, *rows = filter(None, table.splitlines())
    for row in rows:
        said = row.split()
        yield said[:words], dict(zip(PEOPLE, said[words:], strict=True))
