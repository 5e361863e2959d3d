"""What is in an instruction: the addresses of its pictures, and what it says about each label.

An instruction is markdown (api.md 2.1). The browser renders it; nothing here makes HTML.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

MOST_PICTURES = 50


def picture_addresses(text: str) -> list[str]:
    """Addresses of the pictures, each once, in their order; at most 50.

    They are as the author wrote them, decoded as markdown says; the fetcher judges them.
    """
    found = (str(image.attrs["src"]) for image in _images(_parse(text)))
    return list(dict.fromkeys(address for address in found if address))[:MOST_PICTURES]


def label_guides(text: str, label_by_name: Mapping[str, str]) -> dict[str, str]:
    """What an instruction says about single labels, as markdown.

    A section whose heading is a label's name is about that label, and so is a picture whose
    alternative text is. Case and surrounding space do not matter.

    Args:
        text: the instruction.
        label_by_name: what people call the labels: their own and their display names.

    Returns:
        label → markdown, for those that something is said about.
    """
    names = {name.strip().casefold(): label for name, label in label_by_name.items()}
    tokens = _parse(text)
    guides: dict[str, str] = {}
    for heading, section in _sections(text, tokens):
        label = names.get(heading.strip().casefold())
        if label is not None and section:
            guides[label] = section
    for image in _images(tokens):
        label = names.get(image.content.strip().casefold())
        address = str(image.attrs["src"])
        if label is None or address in guides.get(label, ""):
            continue
        picture = f"![{image.content}](<{address}>)"
        guides[label] = f"{guides[label]}\n\n{picture}" if label in guides else picture
    return guides


def _parse(text: str) -> "list[Token]":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - a start of the web process can do without

    reader = MarkdownIt("commonmark")
    # Its own list is about links in pages; here file:// may be meant, and the fetcher judges.
    reader.validateLink = _any_link
    return reader.parse(text)


def _any_link(url: str) -> bool:  # noqa: ARG001 - the name that the parser calls it by
    return True


def _images(tokens: "Sequence[Token]") -> "Iterator[Token]":
    for token in tokens:
        if token.type == "image":
            yield token
        yield from _images(token.children or [])


def _sections(text: str, tokens: "Sequence[Token]") -> Iterator[tuple[str, str]]:
    """Heading and what stands under it, up to the next heading of the same rank or a higher."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as the parser counts
    headings = [
        (int(token.tag[1:]), token.map, tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map is not None
    ]
    for place, (rank, (_, after), heading) in enumerate(headings):
        following = (first for other, (first, _), _ in headings[place + 1 :] if other <= rank)
        yield heading, "\n".join(lines[after : next(following, len(lines))]).strip()
