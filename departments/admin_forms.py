"""Forms of the administration: people by name and e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from departments.models import User


class PersonAddForm(AdminUserCreationForm):
    """A new person; without a password they set one themselves, by mail."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name", "email", "language")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["usable_password"].label = _("Password")
        self.fields["usable_password"].choices = [
            ("true", _("set here")),
            ("false", _("set by the person")),
        ]
        self.fields["usable_password"].help_text = _(
            "“Forgot your password?” on the sign-in page sends them a link."
        )


class PersonForm(UserChangeForm):
    """A person as they are."""

    class Meta(UserChangeForm.Meta):
        model = User
