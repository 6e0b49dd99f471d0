"""What runs in production passes Django's own deployment checks; demo accounts do not."""

import pytest

from departments.models import User

CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")


@pytest.fixture
def there(production, database_url):
    return {**production, "DATABASE_URL": database_url}


def test_production_is_clean(run, there):
    result = run(there, *CHECK)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout


def test_demo_accounts_do_not_pass(run, there):
    User.objects.create_user("demo", "demo@example.org", "x", name="Demo", is_demo=True)
    result = run(there, *CHECK)
    assert result.returncode == 1
    assert "demo accounts" in result.stderr
