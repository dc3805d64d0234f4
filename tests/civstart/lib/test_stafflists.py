"""The lists of the staff site: pages that are not there, and searches that find very much."""

import pytest

from civstart.lib import stafflists
from startups.models import Tag
from tests.support.counting import queries

LIST = "/staff/startups/tag/"
PER_PAGE = 50


@pytest.fixture
def tags(db):
    def make(count):
        return Tag.objects.bulk_create(Tag(name=f"tag {number:05}") for number in range(count))

    return make


def shown(answer):
    return [tag.name for tag in answer.context["cl"].result_list]


def test_a_page_past_the_end_shows_the_last_one_and_keeps_the_search(tags, as_sam):
    tags(PER_PAGE + 3)

    answer = as_sam.get(LIST, {"p": "7", "q": "tag"})

    assert "There is no page 7; this is the last one, page 2." in answer.text
    assert shown(answer) == ["tag 00050", "tag 00051", "tag 00052"]
    assert answer.context["cl"].query == "tag"


@pytest.mark.parametrize("number", ["0", "-3"])
def test_a_page_before_the_first_shows_the_first_one(tags, as_sam, number):
    tags(PER_PAGE + 3)

    answer = as_sam.get(LIST, {"p": number})

    assert f"There is no page {number}; this is the first one, page 1." in answer.text
    assert shown(answer)[0] == "tag 00000"


def test_a_page_of_very_many_digits_is_named_in_short(tags, as_sam):
    tags(1)

    assert (
        "There is no page 999999999…; this is the last one"
        in as_sam.get(f"{LIST}?p=" + "9" * 60).text
    )


def test_a_page_that_is_there_says_nothing(tags, as_sam):
    tags(PER_PAGE + 3)

    assert "There is no page" not in as_sam.get(LIST, {"p": "2"}).text


def test_a_filter_that_cannot_be_used_is_told_of_and_all_is_shown(tags, as_sam):
    tags(2)

    answer = as_sam.get(LIST, {"colour": "red"}, follow=True)

    assert "The list cannot be filtered so; all of it is shown." in answer.text
    assert len(shown(answer)) == 2


def test_a_search_counts_no_further_than_ten_thousand_and_says_so(tags, as_sam):
    tags(stafflists.MOST_COUNTED + 1)

    answer = as_sam.get(LIST, {"q": "tag", "p": "9999"})

    assert "more than 10,000 results" in answer.text
    assert "more than 10,000 tags" in answer.text
    assert "Select all more than 10,000 tags" in answer.text
    assert (
        "There is no page 9999; this is page 200, the last one of the first 10,000 found. "
        "Add words to find fewer." in answer.text
    )
    assert shown(answer)[-1] == "tag 09999"


def test_a_search_that_finds_ten_thousand_counts_them(tags, as_sam):
    tags(stafflists.MOST_COUNTED)

    answer = as_sam.get(LIST, {"q": "tag"})

    assert "10000 results" in answer.text


def test_a_list_asks_as_often_for_fifty_rows_as_for_five(tags, as_sam):
    tags(5)
    as_sam.get(LIST)
    few = queries(lambda: as_sam.get(LIST, {"q": "tag"}))
    Tag.objects.all().delete()
    tags(PER_PAGE + 1)

    assert queries(lambda: as_sam.get(LIST, {"q": "tag"})) == few
