"""
Everything that is wrong with a form's JSON, at once, in words for the person who drew it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bpmn.feel import FeelSyntaxError
from bpmn.model import Finding, Json, Severity
from forms import never
from forms.checks import CHECKS
from forms.expressions import Formula, Template
from forms.field import Kind
from forms.patterns import PatternFaulty, ensure_usable
from forms.registry import COMPONENTS

MAX_COMPONENTS = 500
MAX_DEPTH = 6
MAX_JSON_BYTES = 512 * 1024

_NAME = re.compile(r"[^\W\d_][\w]{0,63}")
_CHOICES = frozenset({"select", "radio", "checklist"})
_WARNINGS = frozenset({"code-list-not-found"})  # the options written in the form serve instead
_SUBTYPES = frozenset({"date", "time", "datetime"})


def lint(
    schema: Json, *, file: str = "", code_lists: Mapping[str, object] | None = None
) -> tuple[Finding, ...]:
    """
    Return every finding of a form.

    Args:
        schema: the form as JSON data; any shape is looked at without failing.

        file: name put into the findings.

        code_lists: names that ``valuesKey`` may use; None does not look at them.
    """
    outer = _outer_fault(schema)
    if outer:
        return (
            _finding(file, None, "form-malformed", outer, "请用表单设计器导出，或参照 docs/forms.md 改写。"),
        )
    linter = _Linter(file, code_lists)
    linter.look_at(schema["components"], (), 1)
    return tuple(linter.findings)


def _outer_fault(schema: Json) -> str | None:
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return "表单不是带有 components 列表的 JSON 对象。"
    try:
        size = len(json.dumps(schema, default=str))
    except (RecursionError, ValueError):
        return "表单的嵌套层数过多。"
    return f"表单超过 {MAX_JSON_BYTES // 1024} KB。" if size > MAX_JSON_BYTES else None


def _finding(file: str, raw: Json, code: str, message: str, remedy: str) -> Finding:
    element = raw if isinstance(raw, dict) else {}
    return Finding(
        severity=Severity.WARNING if code in _WARNINGS else Severity.ERROR,
        code=code,
        message=message,
        remedy=remedy,
        file=file,
        element_id=str(element["id"]) if element.get("id") else None,
        element_name=name_of(element) or None,
    )


def name_of(raw: Mapping[str, Json]) -> str:
    """Return the label of a raw component; form-js calls it differently for dates and times."""
    for key in ("label", "dateLabel", "timeLabel"):
        if isinstance(raw.get(key), str) and raw[key].strip():
            return str(raw[key]).strip()
    return ""


class _Linter:
    """Walks the raw components and collects findings."""

    def __init__(self, file: str, code_lists: Mapping[str, object] | None) -> None:
        self.findings: list[Finding] = []
        self._file = file
        self._code_lists = code_lists
        self._paths: set[tuple[str, ...]] = set()
        self._ids: set[str] = set()
        self._count = 0

    def look_at(self, components: Json, base: tuple[str, ...], depth: int) -> None:
        """Look at the components of one container."""
        if depth > MAX_DEPTH:
            self._say({}, "form-too-deep", f"表单的容器嵌套超过 {MAX_DEPTH} 层。", "请减少嵌套的分组。")
            return
        for raw in components if isinstance(components, list) else [None]:
            self._count += 1
            if self._count == MAX_COMPONENTS + 1:
                self._say({}, "form-too-long", f"表单的组件超过 {MAX_COMPONENTS} 个。", "请拆成几个表单。")
            if self._count <= MAX_COMPONENTS:
                self._component(raw, base, depth)

    def _component(self, raw: Json, base: tuple[str, ...], depth: int) -> None:
        if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
            self._say({}, "component-malformed", "表单中有一个组件没有类型。", "请删除后重新添加该组件。")
            return
        component = COMPONENTS.get(raw["type"])
        if component is None:
            message = f"组件{_quoted(raw)}的类型“{raw['type']}”不在可用范围内。"
            self._say(raw, "component-unknown", message, "请换成：" + "、".join(COMPONENTS) + "。")
            return
        self._ensure_own_id(raw)
        path = self._path(raw, base, component.kind)
        for code, message, remedy in _faults(raw, component.kind, self._code_lists):
            self._say(raw, code, message, remedy)
        if component.kind in (Kind.GROUP, Kind.LIST):
            self.look_at(raw.get("components", []), path, depth + 1)

    def _ensure_own_id(self, raw: dict[str, Json]) -> None:
        word = str(raw.get("id") or "")
        if word in self._ids:
            message = f"组件{_quoted(raw)}的标识“{word}”与另一个组件重复，表单设计器打不开。"
            self._say(raw, "id-duplicate", message, "请给每个组件不同的 id。")
        self._ids.update({word} - {""})

    def _path(self, raw: dict[str, Json], base: tuple[str, ...], kind: Kind) -> tuple[str, ...]:
        if kind is Kind.STATIC:
            return base
        word = raw.get("key") if kind is Kind.VALUE else raw.get("path")
        if not word and kind is Kind.GROUP:
            return base
        parts = tuple(str(word or "").split("."))
        if not all(_NAME.fullmatch(part) for part in parts):
            message = f"组件{_quoted(raw)}的字段名“{word or ''}”不能使用。"
            self._say(
                raw,
                "key-invalid",
                message,
                "请用字母或汉字开头，只含字母、数字、汉字和下划线，层级用点分开。",
            )
            return base
        path = (*base, *parts, "[]") if kind is Kind.LIST else base + parts
        if kind is not Kind.GROUP:
            self._ensure_single(raw, path)
        return path

    def _ensure_single(self, raw: dict[str, Json], path: tuple[str, ...]) -> None:
        if path in self._paths:
            message = f"组件{_quoted(raw)}的字段名“{'.'.join(path)}”与另一个组件重复。"
            self._say(raw, "key-duplicate", message, "请改用不同的字段名，或合并成一个组件。")
        self._paths.add(path)

    def _say(self, raw: Json, code: str, message: str, remedy: str) -> None:
        self.findings.append(_finding(self._file, raw, code, message, remedy))


Faults = Iterator[tuple[str, str, str]]


def _faults(raw: dict[str, Json], kind: Kind, code_lists: Mapping[str, object] | None) -> Faults:
    if kind in (Kind.VALUE, Kind.LIST) and not name_of(raw):
        yield (
            "label-missing",
            f"字段“{raw.get('key') or raw.get('path') or ''}”没有标签。",
            "请填写标签，让办理人知道要填什么。",
        )
    for name in ("conditional", "validate", "properties", "appearance"):
        if not isinstance(raw.get(name) or {}, dict):
            yield (
                "component-malformed",
                f"组件{_quoted(raw)}的“{name}”应为 JSON 对象。",
                "请在表单设计器中重新设置。",
            )
            return
    yield from _expression_faults(raw)
    yield from _limit_faults(raw)
    yield from _never_faults(raw, code_lists)
    if raw["type"] in _CHOICES:
        yield from _option_faults(raw, code_lists)
    if raw["type"] == "datetime" and raw.get("subtype", "date") not in _SUBTYPES:
        yield (
            "subtype-unknown",
            f"组件{_quoted(raw)}的子类型“{raw['subtype']}”不认识。",
            "请用 date、time 或 datetime。",
        )


def _expression_faults(raw: dict[str, Json]) -> Faults:
    written: list[tuple[str, Any, Callable[[str], object]]] = [
        ("隐藏条件", (raw.get("conditional") or {}).get("hide"), Formula.parse),
        ("选项表达式", raw.get("valuesExpression"), Formula.parse),
    ]
    if isinstance(raw.get("defaultValue"), str) and raw["defaultValue"].startswith("="):
        written.append(("默认值", raw["defaultValue"], Formula.parse))
    if raw["type"] == "text":
        written.append(("文字", raw.get("text") or "", Template.parse))
    for name, text, parse in written:
        if text in (None, ""):
            continue
        reason = _feel_fault(text, parse)
        if reason:
            yield (
                "feel-invalid",
                f"组件{_quoted(raw)}的{name}不是有效的 FEEL：{reason}",
                "请按提示修改表达式。",
            )


def _feel_fault(text: object, parse: Callable[[str], object]) -> str | None:
    if not isinstance(text, str):
        return "应为文字"
    try:
        parse(text)
    except FeelSyntaxError as error:
        return error.message
    return None


def _limit_faults(raw: dict[str, Json]) -> Faults:
    limits, properties = raw.get("validate") or {}, raw.get("properties") or {}
    check = properties.get("check")
    if check and check not in CHECKS:
        yield (
            "check-unknown",
            f"组件{_quoted(raw)}的校验“{check}”不存在。",
            "可用的校验：" + "、".join(CHECKS) + "。",
        )
    for name in ("min", "max"):
        text = str(properties.get(name, "0"))
        if not (text.isascii() and text.isdigit()):
            yield (
                "property-invalid",
                f"组件{_quoted(raw)}的属性“{name}”应为整数，现为“{text}”。",
                "请填写数字。",
            )
    for name in ("min", "max", "minLength", "maxLength"):
        if not _is_number(limits.get(name)):
            yield (
                "limit-invalid",
                f"组件{_quoted(raw)}的限制“{name}”应为数字，现为“{limits[name]}”。",
                "请填写数字。",
            )
    if limits.get("pattern"):
        yield from _pattern_faults(raw, limits["pattern"])


def _is_number(value: Json) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _pattern_faults(raw: dict[str, Json], pattern: Json) -> Faults:
    try:
        ensure_usable(str(pattern))
    except PatternFaulty as error:
        yield (
            "pattern-unusable",
            f"组件{_quoted(raw)}的格式（正则表达式）{error}。",
            "请改写，或改用内置校验（check）。",
        )


def _never_faults(raw: dict[str, Json], code_lists: Mapping[str, object] | None) -> Faults:
    kind = (raw.get("properties") or {}).get(never.MARK)
    if kind is not None and code_lists is not None and never.list_of(str(kind)) not in code_lists:
        yield (
            "never-list-unknown",
            f"组件{_quoted(raw)}要拒绝“{kind}”里的做法，法规包里却没有代码表 {never.list_of(str(kind))}。",
            "请核对 properties.never；帮教用 care。",
        )


def _option_faults(raw: dict[str, Json], code_lists: Mapping[str, object] | None) -> Faults:
    if raw.get("valuesExpression"):
        return
    hinted = (raw.get("properties") or {}).get("codeList")
    if hinted and code_lists is not None and hinted not in code_lists:
        message = f"组件{_quoted(raw)}引用的代码表“{hinted}”不存在，暂用表单中写出的选项。"
        yield "code-list-not-found", message, "请核对法规包中的代码表名称，或删去 codeList。"
    if raw.get("valuesKey"):
        yield from _code_list_faults(raw, str(raw["valuesKey"]), code_lists)
        return
    values = raw.get("values")
    if not isinstance(values, list) or not values:
        yield (
            "options-missing",
            f"组件{_quoted(raw)}没有选项。",
            "请填写选项（values）或代码表名称（valuesKey）。",
        )
        return
    found = [str(option.get("value") or "") if isinstance(option, dict) else "" for option in values]
    if "" in found:
        yield "option-malformed", f"组件{_quoted(raw)}有选项没有值。", "请为每个选项填写 label 和 value。"
    elif len(set(found)) < len(found):
        yield "option-duplicate", f"组件{_quoted(raw)}有两个选项的值相同。", "请让每个选项的值不同。"


def _code_list_faults(raw: dict[str, Json], name: str, code_lists: Mapping[str, object] | None) -> Faults:
    if not all(_NAME.fullmatch(part) for part in re.split(r"[.-]", name)):
        yield (
            "options-missing",
            f"组件{_quoted(raw)}的选项来源“{name}”不能使用。",
            "请填写法规包中的代码表名称。",
        )
    elif code_lists is not None and "-" in name and name not in code_lists:
        yield (
            "code-list-unknown",
            f"组件{_quoted(raw)}引用的代码表“{name}”不存在。",
            "请核对法规包中的代码表名称。",
        )


def _quoted(raw: Mapping[str, Json]) -> str:
    return f"“{name_of(raw) or raw.get('key') or raw.get('id') or raw.get('type')}”"
