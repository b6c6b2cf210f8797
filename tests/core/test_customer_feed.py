"""What another system says about customers, beside what we know."""

import pytest
from pydantic import TypeAdapter, ValidationError

from agents.core.customer_feed import Row, compare, read_table, sentence
from agents.core.customers import CustomerField, FieldChange, changed, differences, text_of
from agents.core.desk import Customer
from agents.core.errors import InvalidInput, RecordMoved

ACME = Customer(key="acme", name="Acme", aliases=("Acme Pumps",), people=("T1/U1",), vip=True, queue="orders")


def rows(*given: dict[str, object]) -> list[Row]:
    return [Row.model_validate(one) for one in given]


def change(field: str, was: str, becomes: str, customer: str = "acme") -> FieldChange:
    return FieldChange(customer=customer, field=CustomerField(field), was=was, becomes=becomes)


def test_only_what_a_row_says_is_compared() -> None:
    found = compare(rows({"key": "acme", "queue": "billing"}), {"acme": ACME})
    assert found.changes == [change("queue", "orders", "billing")]
    assert compare(rows({"key": "acme", "name": "Acme", "vip": True}), {"acme": ACME}).changes == []


def test_an_empty_field_empties_ours_and_a_missing_row_changes_nothing() -> None:
    found = compare(rows({"key": "acme", "queue": "", "aliases": []}), {"acme": ACME, "other": ACME})
    assert found.changes == [change("aliases", "Acme Pumps", ""), change("queue", "orders", "")]


def test_a_new_customer_needs_a_name() -> None:
    found = compare(rows({"key": "beta", "name": "Beta"}, {"key": "gamma", "queue": "orders"}), {})
    assert found.changes == [change("name", "", "Beta", "beta")]
    assert (found.new, found.nameless, found.touched) == ({"beta", "gamma"}, ("gamma",), 0)


def test_a_feed_that_contradicts_itself_is_not_believed() -> None:
    given = rows({"key": "acme", "queue": "billing"}, {"key": "acme", "queue": "sales"}, {"key": "acme", "vip": "no"})
    found = compare(given, {"acme": ACME})
    assert (found.disputed, list(found.changes)) == (("acme",), [])


def test_the_same_row_twice_is_one() -> None:
    given = rows({"key": "acme", "queue": "billing"}, {"key": "acme", "queue": "billing"})
    assert len(compare(given, {"acme": ACME}).changes) == 1


def test_changes_are_made_and_taken_back() -> None:
    told = {CustomerField.VIP: "", CustomerField.PEOPLE: "T1/U2, T1/U3", CustomerField.QUEUE: "billing"}
    changes = differences(ACME, told, "acme")
    after = changed(ACME, changes)
    assert after == Customer(
        key="acme", name="Acme", aliases=("Acme Pumps",), people=("T1/U2", "T1/U3"), vip=False, queue="billing"
    )
    assert changed(after, [one.reversed() for one in changes]) == ACME


def test_a_new_customer_is_taken_back_as_a_whole() -> None:
    changes = differences(None, {CustomerField.NAME: "Beta", CustomerField.VIP: "yes"}, "beta")
    after = changed(None, changes)
    assert after == Customer(key="beta", name="Beta", vip=True)
    assert changed(after, [one.reversed() for one in changes]) is None


def test_what_stands_as_it_shall_become_is_left_alone() -> None:
    assert changed(ACME, [change("queue", "sales", "orders")]) == ACME


def test_a_field_that_moved_is_not_written_over() -> None:
    with pytest.raises(RecordMoved, match="queue of acme is orders now, no longer sales"):
        changed(ACME, [change("queue", "sales", "billing")])
    with pytest.raises(InvalidInput, match="no name"):
        changed(None, [change("queue", "", "billing")])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_read_whatever_parts_its_columns(mark: str) -> None:
    text = f"Key{mark}Name{mark}VIP\n\nacme{mark} Acme {mark}yes\nbeta{mark}Beta{mark}\n"
    assert read_table(text) == [
        {"key": "acme", "name": "Acme", "vip": "yes"},
        {"key": "beta", "name": "Beta", "vip": ""},
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "A line of column names"),
        ("key,name", "A line of column names"),
        ("name,queue\nAcme,orders", "The column key is missing"),
        ("key,colour\nacme,red", "no column colour"),
        ("key,name\nacme", "Line 2 has 1 columns, the first line has 2"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_place(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_table(text)


def test_a_row_that_makes_no_sense_is_named() -> None:
    for given, said in (
        ({"key": "acme", "vip": "perhaps"}, "Customer 2, vip: vip is yes or no."),
        ({"key": "two words"}, "Customer 2, key: this has characters that cannot stand there."),
        ({"key": "acme", "queue": "<!channel>"}, "Customer 2, queue: this has characters that cannot stand there."),
        ({"key": "acme", "shoe": 42}, "Customer 2, shoe: Extra inputs are not permitted."),
    ):
        with pytest.raises(ValidationError) as error:
            TypeAdapter(list[Row]).validate_python([{"key": "fine"}, given])
        assert sentence(error.value) == said


def test_every_field_has_its_text() -> None:
    said = [text_of(ACME, field) for field in CustomerField]
    assert said == ["Acme", "Acme Pumps", "T1/U1", "yes", "orders"]
    assert [text_of(None, field) for field in CustomerField] == [""] * 5
