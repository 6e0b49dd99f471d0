"""Words of a text, as they are stored and as they are asked for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, Customer
from complaints.search import lexemes, search_query, search_vector
from complaints.services.customers import NewCustomer
from tests.complaints.factories import MONDAY, file_case

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


def found(text):
    return Complaint.objects.matching(text).count()


def test_latin_words_whole_and_in_small_letters():
    assert lexemes("Redemption FAILS, fails!") == ["redemption", "fails"]


def test_chinese_as_signs_and_pairs():
    assert lexemes("兑换里程") == ["兑", "换", "里", "程", "兑换", "换里", "里程"]


def test_mixed_runs_are_told_apart():
    assert lexemes("订单A12失败") == ["订", "单", "订单", "a12", "失", "败", "失败"]


def test_wide_signs_are_plain_ones():
    assert lexemes("ＡＢＣ１２３") == ["abc123"]


def test_never_too_much():
    assert len(lexemes(" ".join(f"w{n}" for n in range(9000)))) == 4000
    assert len(lexemes("x" * 500)[0]) == 64


@pytest.mark.parametrize("text", ["", " ", "!?", "\x00", "——", "🀄"])
def test_no_word_is_no_query(text):
    assert search_query(text) is None


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("redemption", True),
        ("redempt", True),
        ("demption", False),
        ("fails special", True),
        ("fails ordinary", False),
        ("123456XXX", True),
        ("123456", True),
        ("特殊证件", True),
        ("特殊", True),
        ("证", True),
        ("证特", False),
        ("田先生", True),
        ("Points mall gold", True),
        ("it's & | ! (fails):* <-> \\ \"", False),
        ("'fails'", True),
    ],
)
def test_found_in_title_story_account_product_and_name(org, text, finds):
    file_case(
        org.cs1,
        customer=NewCustomer(name="田先生"),
        title="Redemption fails for special ID 特殊证件",
        product="Points mall gold",
    )
    assert found(text) == finds


def test_signs_within_a_word_belong_to_it(org):
    file_case(org.cs1, account="ORD_2026_77")
    assert found("ord_2026_77") == found("ord_2026") == 1


def test_a_text_without_words_narrows_nothing(org):
    file_case(org.cs1)
    assert found("?!") == 1


@given(text=ANY_TEXT)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_understood(db, text):
    assert found(text) == 0


@given(text=ANY_TEXT.filter(lexemes))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_written_is_found_by_itself(db, text):
    made = Customer.objects.create(name="x", search=search_vector(text), created_at=MONDAY)
    try:
        assert Customer.objects.filter(pk=made.pk, search=search_query(text)).exists()
    finally:
        made.delete()
