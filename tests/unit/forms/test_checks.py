"""Numbers that the state gives out."""

from datetime import date

import pytest

from forms.checks import CHECKS, Beside, id_check_digit, identity_of, normalise

TODAY = date(2026, 11, 23)


def fault(check, text, **row):
    found = CHECKS[check](text, Beside(today=TODAY, row=row))
    return found.msgid if found else None


def id_of(first_17):
    return first_17 + id_check_digit(first_17)


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        id_of("99000019900101001"),
    ],
)
def test_well_formed_identity_numbers_are_accepted(text):
    """An identity number is accepted in small, full-width or demonstration form."""
    assert fault("id-number", text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("110105194912310021", "校验位"),
        ("1101051949123100", "18 位"),
        (id_of("11010520270101001"), "晚于今天"),
        (id_of("11010519490231002"), "出生日期不正确"),
        ("440524188001010014", "超过 {n} 年"),
        ("01010519491231002X", "18 位"),
    ],
)
def test_faulty_identity_numbers_are_named(text, words):
    """Each fault of an identity number has its own sentence."""
    assert words in fault("id-number", text)


def test_every_single_wrong_digit_is_caught():
    """Changing any one digit of a number breaks its check digit or its birth date."""
    number = "11010519491231002X"
    wrong = [number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :] for at in range(17)]

    assert all(fault("id-number", text) for text in wrong)


def test_identity_tells_birth_and_gender():
    """Birth date and gender come out of the number; the sequence is odd for men."""
    identity = identity_of("11010519491231002X")

    assert (identity.birth, identity.gender, identity.age_on(TODAY)) == (date(1949, 12, 31), "女", 76)
    assert identity_of("11010519491331002X") is None


@pytest.mark.parametrize(
    ("text", "ok"),
    [("91350100M000100Y43", True), ("91350100M000100Y44", False), ("91350100M000100I43", False)],
)
def test_credit_code_checks_its_last_character(text, ok):
    """A credit code is 18 of 31 characters with a check character."""
    assert (fault("uscc", text) is None) is ok


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("mobile", "13800138000", "12800138000"),
        ("mobile", "+86 138 0013 8000", "1380013800"),
        ("landline", "0523-86888888", "86888888"),
        ("phone", "13800138000", "0523"),
        ("area-code", "321202001001", "321200001001"),
        ("area-code", "320000000000", "920000000000"),
        ("grid-code", "321202001001015", "321202001001"),
        ("plate", "苏M12345", "苏I12345"),
        ("plate", "苏MD12345", "M12345"),
    ],
)
def test_other_numbers(check, good, bad):
    """Each check accepts a real form and refuses a broken one."""
    assert fault(check, good) is None
    assert fault(check, bad)


def test_document_check_follows_the_kind_of_document():
    """The same field holds different numbers, as ``idType`` beside it says."""
    assert fault("id-document", "91350100M000100Y43", idType="统一社会信用代码") is None
    assert fault("id-document", "E12345678", idType="护照") is None
    assert fault("id-document", "E12345678", idType="身份证")


def test_free_text_may_not_carry_identity():
    """An identity or telephone number in running text is refused; longer digit strings are not mistaken for one."""
    assert fault("no-identity", "电话13800138000")
    assert fault("no-identity", "身份证 11010519491231002X")
    assert fault("no-identity", "转账单号 1380013800012345") is None


def test_normalise_makes_one_form():
    """Blanks, small letters and full-width characters end in one form."""
    assert normalise(" ５１３ 00x ") == "51300X"
