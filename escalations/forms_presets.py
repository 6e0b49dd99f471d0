"""Policies begun and named; presets verified and used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.models import Policy
from escalations.policy.presets import variant_name
from escalations.services.policies import STANDARD_CODE, STANDARD_RANK


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Its names, and its place in the order in which a case asks."""

    rank = forms.IntegerField(
        label=_("Rank"),
        min_value=1,
        max_value=STANDARD_RANK - 1,
        initial=100,
        help_text=_("Of the policies that apply to a case, the one with the lowest rank is taken."),
    )

    class Meta:
        model = Policy
        fields = ("name_en", "name_zh", "code", "rank")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["code"]
        else:
            self.fields["code"].help_text = _("Letters, digits and dashes; it never changes.")
        if self.instance.code == STANDARD_CODE:
            del self.fields["rank"]

    @property
    def values(self) -> dict[str, Any]:
        """What was entered; the standard keeps its rank."""
        return {"rank": self.instance.rank, **self.cleaned_data}


class VerifyForm(forms.Form):
    """Against which text, and when."""

    seen = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(
        label=_("Official text"),
        max_length=300,
        help_text=_("Its title and version, and where you read it."),
    )
    checked_on = forms.DateField(
        label=_("Compared on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class WithdrawForm(forms.Form):
    """Why it does not count any more."""

    reason = forms.CharField(label=_("Why"), max_length=300)


class UsePresetForm(forms.Form):
    """Into which policy, for which kind of cases."""

    NEW = "new"
    policy = forms.ChoiceField(label=_("Into which policy?"))
    variant = forms.ChoiceField(label=_("For which cases?"), required=False)
    # The revision of the draft that was on the page; empty where the draft is begun by this.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        policies: Mapping[str, str],
        variants: Sequence[str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        new = (self.NEW, _("a new policy, for cases under these rules"))
        self.fields["policy"].choices = [*policies.items(), new]
        if variants:
            named = [(name, variant_name(name)) for name in ("", *variants)]
            self.fields["variant"].choices = named
        else:
            del self.fields["variant"]
