"""Versions written before there were these clocks get the standard's rules for them."""

from django.db import migrations

_DECISION = {
    "major": {"within": 4, "unit": "working_hour"},
    "*": {"within": 1, "unit": "business_day"},
}
_TARGETS = {
    "review": {"*": {"within": 15, "unit": "calendar_day"}},
    "approve": _DECISION,
    "milestone": "by_promise",
    "stall": {
        "major": {"within": 2, "unit": "business_day"},
        "serious": {"within": 3, "unit": "business_day"},
        "ordinary": {"within": 5, "unit": "business_day"},
    },
}
_STALLED = [
    {"when": {"offset": 0, "unit": "working_hour"}, "who": ["owner"], "level": 0},
    {"when": {"offset": 8, "unit": "working_hour"}, "who": ["owner", "leader"], "level": 1},
    {
        "when": {"offset": 16, "unit": "working_hour"},
        "who": ["owner", "leader_above"],
        "level": 2,
        "repeat": {"every": 1, "unit": "business_day"},
    },
]


def complete(apps, _schema_editor):
    """Only what is missing is added: what they said, they go on saying."""
    policies = apps.get_model("escalations", "Policy")
    policies.objects.filter(code="standard").update(rank=1000)
    for version in apps.get_model("escalations", "PolicyVersion").objects.all():
        rules = version.rules
        if not isinstance(rules.get("targets"), dict) or not isinstance(rules.get("ladders"), dict):
            continue
        rules["targets"] = {**_TARGETS, **rules["targets"]}
        ladders = rules["ladders"]
        decide = ladders.get("decide")
        rules["ladders"] = {
            "stall": {"*": _STALLED},
            **({"approve": decide} if decide else {}),
            **ladders,
        }
        version.save(update_fields=["rules"])


class Migration(migrations.Migration):
    dependencies = [("escalations", "0003_policies_by_case")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop)]
