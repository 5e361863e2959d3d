"""What is read out of an instruction's markdown."""

from hypothesis import given
from hypothesis import strategies as st

from groundplane.tasks.instructions import MOST_PICTURES, label_guides, picture_addresses

TEXT = """# Street scenes

![overview](https://docs.example/all.png "everything")

## car

Everything with an engine: ![so](<https://docs.example/a car.png>).

### Not this

A trailer is no car.

## Bus

[![linked](https://docs.example/bus.png)](https://elsewhere.example)

```
![code](https://docs.example/code.png)
```

![Truck](https://docs.example/truck.png) and again ![Truck](https://docs.example/truck.png)

<img src="https://docs.example/html.png">
"""


def test_pictures_are_those_that_markdown_shows_each_once() -> None:
    assert picture_addresses(TEXT) == [
        "https://docs.example/all.png",
        "https://docs.example/a%20car.png",
        "https://docs.example/bus.png",
        "https://docs.example/truck.png",
    ]


def test_no_instruction_makes_us_fetch_without_end() -> None:
    many = "".join(f"![](https://docs.example/{n}.png)\n" for n in range(MOST_PICTURES + 9))
    assert picture_addresses(many) == [
        f"https://docs.example/{n}.png" for n in range(MOST_PICTURES)
    ]


def test_a_section_is_about_the_label_that_its_heading_names() -> None:
    guides = label_guides(TEXT, {"Car": "Car", "Bus": "vehicle.bus", "Tram": "Tram"})
    assert set(guides) == {"Car", "vehicle.bus"}
    assert guides["Car"].startswith("Everything with an engine")
    assert guides["Car"].endswith("A trailer is no car.")
    assert "bus.png" in guides["vehicle.bus"]


def test_a_picture_is_about_the_label_that_its_alternative_text_names() -> None:
    assert label_guides(TEXT, {"TRUCK": "Truck"}) == {
        "Truck": "![Truck](<https://docs.example/truck.png>)"
    }


def test_windows_line_ends_cut_sections_at_the_same_places() -> None:
    labels = {"Car": "Car"}
    there = label_guides(TEXT.replace("\n", "\r\n"), labels)
    assert there == label_guides(TEXT, labels)


@given(st.text(max_size=300), st.lists(st.text(max_size=10), max_size=4))
def test_any_text_is_read(text: str, labels: list[str]) -> None:
    picture_addresses(text)
    guides = label_guides(text, {label: label for label in labels})
    assert set(guides) <= set(labels)
