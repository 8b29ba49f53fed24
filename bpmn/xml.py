"""
Reading XML that nobody vouches for: bytes in, a checked element tree or one clear sentence out.

Two passes. Expat walks the text first and refuses a document type, too much depth or too many elements before
any tree exists; lxml then builds the tree with entities, network and huge trees switched off. Used for BPMN and DMN.
Nothing here knows what the elements mean.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias
from xml.parsers import expat

from lxml import etree

from bpmn.errors import DeploymentInvalid
from bpmn.model import Finding, Severity

Element: TypeAlias = etree._Element  #: an element of the tree, comments and instructions removed


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost. The defaults hold any diagram that people have drawn by hand many times over."""

    size: int = 8 * 1024 * 1024  #: bytes of the file, and of its text in UTF-8
    depth: int = 120  #: nested elements
    elements: int = 60_000
    attributes: int = 200  #: of one element
    value: int = 1_000_000  #: characters in one attribute


ENCODINGS: Final = frozenset(
    [
        "utf-8",
        "utf8",
        "us-ascii",
        "ascii",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "iso-8859-1",
        "iso-8859-15",
        "latin1",
        "windows-1252",
        "cp1252",
        "gb2312",
        "gbk",
        "gb18030",
        "cp936",
        "big5",
        "shift_jis",
        "euc-jp",
        "euc-kr",
    ]
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"^\s*<\?xml\b[^>]*?\?>", re.ASCII)
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class _Refused(Exception):
    """Raised inside expat handlers: carries the finding out of the first pass."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.message, self.remedy = code, message, remedy


def read(data: bytes, *, file: str = "", limits: Limits | None = None) -> Element:
    """
    Parse *data* and return its root element.

    Comments and processing instructions are dropped; ``sourceline`` is kept.

    Args:
        data: The file as uploaded, in any of ``ENCODINGS``.
        file: Name for the findings.
        limits: Stricter or wider bounds than the defaults.

    Raises:
        DeploymentInvalid: one finding that says what is wrong with the file and what to do.
    """
    bounds = limits or Limits()
    try:
        text = _text(data, bounds)
        _walk(text, bounds)
        return _tree(text)
    except _Refused as refusal:
        finding = Finding(
            severity=Severity.ERROR,
            code=refusal.code,
            message=refusal.message,
            remedy=refusal.remedy,
            file=file,
        )
        raise DeploymentInvalid([finding]) from refusal


def _text(data: bytes, limits: Limits) -> bytes:
    if len(data) > limits.size:
        raise _too_large(len(data), limits)
    if not data.strip():
        raise _Refused("empty-file", "文件是空的。", "请重新导出模型后再上传。")
    decoded = _decode(data)
    if "\x00" in decoded:
        raise _Refused(
            "nul-byte", "文件中有空字节（NUL），不是合法的 XML 文本。", "请用建模工具重新导出模型。"
        )
    body = _DECLARATION.sub("", decoded, count=1).encode("utf-8")
    if len(body) > limits.size:
        raise _too_large(len(body), limits)
    return body


def _too_large(size: int, limits: Limits) -> _Refused:
    return _Refused(
        "file-too-large",
        f"文件有 {size / 1048576:.1f} MB，超过 {limits.size / 1048576:.0f} MB 的上限。",
        "请去掉嵌入的图片等无关内容，或把流程拆成几个文件、用调用活动相连。",
    )


def _decode(data: bytes) -> str:
    encoding, start = _encoding(data)
    try:
        return data[start:].decode(encoding)
    except (UnicodeDecodeError, LookupError) as problem:
        raise _Refused(
            "bad-encoding",
            f"文件内容不符合它声明的编码 {encoding}。",
            "请把文件另存为 UTF-8 编码后再上传。",
        ) from problem


def _encoding(data: bytes) -> tuple[str, int]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, len(mark)
    if data[:2] in (b"<\x00", b"\x00<"):
        return ("utf-16-le" if data[:1] == b"<" else "utf-16-be"), 0
    found = _DECLARED.match(data[:400])
    name = found.group(1).decode("ascii").lower() if found else "utf-8"
    if name not in ENCODINGS:
        raise _Refused(
            "unknown-encoding", f"不支持文件声明的编码 {name}。", "请把文件另存为 UTF-8 编码后再上传。"
        )
    # A file that says UTF-16 but whose first bytes are plain ASCII was re-saved by an editor: it is UTF-8.
    return ("utf-8" if name.startswith("utf-16") else name), 0


def _walk(text: bytes, limits: Limits) -> None:
    """First pass: nothing is built, so nothing can blow up."""
    parser = expat.ParserCreate("utf-8")
    counter = _Counter(limits)
    parser.StartDoctypeDeclHandler = counter.doctype
    parser.StartElementHandler = counter.opened
    parser.EndElementHandler = counter.closed
    try:
        parser.Parse(text, True)
    except expat.ExpatError as problem:
        raise _not_well_formed(problem) from problem


def _not_well_formed(problem: expat.ExpatError) -> _Refused:
    reason = expat.errors.messages[problem.code]
    return _Refused(
        "not-well-formed",
        f"文件不是完整、规范的 XML：第 {problem.lineno} 行第 {problem.offset + 1} 列（{reason}）。",
        "文件可能没有传完或被改坏，请重新导出后再上传。",
    )


class _Counter:
    """Counts depth, elements and attributes during the first pass."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.depth, self.elements = limits, 0, 0

    def doctype(self, *_: object) -> None:
        raise _Refused(
            "doctype",
            "文件带有 DOCTYPE 声明，可能借此引用外部内容，不予读取。",
            "请删去 DOCTYPE 和实体定义后再上传；BPMN 模型不需要它们。",
        )

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.depth, self.elements = self.depth + 1, self.elements + 1
        if self.depth > self.limits.depth:
            raise _Refused(
                "too-deep", f"元素嵌套超过 {self.limits.depth} 层。", "请减少嵌套的子流程，改用调用活动。"
            )
        if self.elements > self.limits.elements:
            raise _Refused(
                "too-many-elements",
                f"文件中的元素超过 {self.limits.elements} 个。",
                "请把流程拆成几个文件，用调用活动相连。",
            )
        self._attributes(name, attributes)

    def _attributes(self, name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > self.limits.attributes:
            raise _Refused(
                "too-many-attributes", f"元素 {name[:60]} 的属性过多。", "请用建模工具重新导出模型。"
            )
        if any(len(value) > self.limits.value for value in attributes.values()):
            raise _Refused("value-too-long", f"元素 {name[:60]} 有一个过长的属性值。", "请缩短该属性的内容。")

    def closed(self, _: str) -> None:
        self.depth -= 1


def _tree(text: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position
        raise _Refused(
            "not-well-formed",
            f"文件不是规范的 XML：第 {line} 行第 {column} 列（{problem.msg}）。",
            "请用建模工具重新导出模型后再上传。",
        ) from problem


def write(root: Element) -> bytes:
    """Return *root* as UTF-8 bytes with a declaration; the same tree always gives the same bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def local(element: Element) -> str:
    """
    Return the element's name without its namespace.

    >>> local(read(b'<a:b xmlns:a="urn:x"/>'))
    'b'
    """
    return _parts(element.tag)[1]


def namespace(element: Element) -> str:
    """Return the element's namespace, empty where it has none."""
    return _parts(element.tag)[0]


@lru_cache(maxsize=4096)
def _parts(tag: str) -> tuple[str, str]:
    """Split a tag; a file has few different ones, and each is looked at a hundred times."""
    uri, _, name = tag.rpartition("}")
    return uri[1:], name


def text_of(element: Element | None) -> str:
    """Return all text inside *element*, stripped; empty for None."""
    return (
        "" if element is None else "".join(str(part) for part in element.itertext(tag=etree.Element)).strip()
    )
