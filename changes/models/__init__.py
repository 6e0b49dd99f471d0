"""Targets, change requests with their two parts, and what proves who had which hand in them."""

from changes.models.approval import Approval, DryRun
from changes.models.execution import Execution, Recheck, Verification
from changes.models.request import ChangeRequest, Reconciliation
from changes.models.target import Group, Target, TargetColumn, TargetTable, Template

__all__ = [
    "Approval",
    "ChangeRequest",
    "DryRun",
    "Execution",
    "Group",
    "Recheck",
    "Reconciliation",
    "Target",
    "TargetColumn",
    "TargetTable",
    "Template",
    "Verification",
]
