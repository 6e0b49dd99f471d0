"""Complaints, the tickets between departments, and the promises made on the way."""

from complaints.models.case import Complaint, Holding, Involvement
from complaints.models.commitment import Commitment
from complaints.models.contact import Contact, FollowUp
from complaints.models.customer import Category, Customer
from complaints.models.extension import Extension, RiskAcceptance
from complaints.models.letter import Letter, Posting
from complaints.models.message import Attachment, Message, Submission
from complaints.models.preview import Preview
from complaints.models.proposal import (
    Decision,
    Need,
    NeedInput,
    OptionAsked,
    Proposal,
    ProposedDate,
    Risk,
    RiskKind,
)
from complaints.models.rootcause import AffectedCustomer, CausePart, Milestone, RootCause
from complaints.models.talk import (
    Agreement,
    CoolDown,
    Draft,
    HeatedWord,
    Parked,
    Receipt,
    StatusLine,
)
from complaints.models.ticket import Ticket

__all__ = [
    "AffectedCustomer",
    "Agreement",
    "Attachment",
    "Category",
    "CausePart",
    "Commitment",
    "Complaint",
    "Contact",
    "CoolDown",
    "Customer",
    "Decision",
    "Draft",
    "Extension",
    "FollowUp",
    "HeatedWord",
    "Holding",
    "Involvement",
    "Letter",
    "Message",
    "Milestone",
    "Need",
    "NeedInput",
    "OptionAsked",
    "Parked",
    "Posting",
    "Preview",
    "Proposal",
    "ProposedDate",
    "Receipt",
    "Risk",
    "RiskAcceptance",
    "RiskKind",
    "RootCause",
    "StatusLine",
    "Submission",
    "Ticket",
]
