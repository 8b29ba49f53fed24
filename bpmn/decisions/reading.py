"""
DMN 1.1 to 1.5 XML to ``Definitions``, with every finding at once.

The five versions differ in namespace and in what they add; the names of what we run are the same, so that elements
are read by local name. Graphics (DMNDI) and foreign extensions are passed over: they change no result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from bpmn.decisions import boxes
from bpmn.decisions.model import (
    BusinessKnowledge,
    Decision,
    DecisionService,
    Definitions,
    FunctionDefinition,
    FunctionItem,
    InputData,
    ItemDefinition,
    Literal,
    Node,
    Place,
)
from bpmn.decisions.source import Source, child, children, local
from bpmn.errors import DeploymentInvalid
from bpmn.xml import Element, read

_DMN: Final = re.compile(
    r"https?://www\.omg\.org/spec/DMN/\d{8}/(MODEL/|dmn\.xsd)|http://www\.omg\.org/spec/DMN/\d{8}/?"
)
_PASSED: Final = frozenset(
    [
        "description",
        "extensionElements",
        "import",
        "itemDefinition",
        "elementCollection",
        "performanceIndicator",
        "organizationUnit",
        "knowledgeSource",
        "textAnnotation",
        "association",
        "group",
        "DMNDI",
    ]
)
_HEAD: Final = re.compile(rb"<(?:[\w.-]+:)?definitions\s[^>]*")
_NAMESPACE: Final = re.compile(rb"""\snamespace\s*=\s*(["'])(.*?)\1""")
MAX_IMPORTS: Final = 20  #: files importing one another in a chain
DMN_IMPORT: Final = re.compile(r"https?://www\.omg\.org/spec/DMN/")


def definitions(data: bytes, *, file: str = "", imports: Mapping[str, bytes] | None = None) -> Definitions:
    """
    Read one DMN file and the ones it imports.

    Args:
        data: The XML.
        file: Its name, for findings.
        imports: Other files by name or by namespace; only those that are imported are read.

    Raises:
        DeploymentInvalid: everything that cannot be run, at once.
    """
    return _read(data, file, Library(imports or {}), ())


def _read(data: bytes, file: str, imports: Library, within: tuple[str, ...]) -> Definitions:
    root = read(data, file=file)
    source = Source(file)
    if local(root) != "definitions" or not _DMN.match(root.tag[1:].split("}")[0]):
        source.refuse(
            "not-dmn", None, "文件不是 DMN 决策模型。", "请上传由 DMN 1.1–1.5 建模工具导出的 .dmn 文件。"
        )
        raise DeploymentInvalid(source.findings)
    namespace = root.get("namespace", "")
    if namespace in within:
        source.refuse("cyclic-import", root, f"文件互相导入：{namespace}。", "请去掉其中一个方向的导入。")
        raise DeploymentInvalid(source.findings)
    found = _imports(root, source, imports, (*within, namespace))
    nodes = {node.id: node for element in root if (node := _node(element, source)) is not None}
    items = {
        item.name: item for element in children(root, "itemDefinition") if (item := _item(element, source))
    }
    if source.is_refused:
        raise DeploymentInvalid(source.findings)
    name = root.get("name", "")
    return Definitions(
        name=name,
        namespace=namespace,
        file=file,
        nodes=nodes,
        items=items,
        imports=found,
        findings=tuple(source.findings),
    )


def _imports(
    root: Element, source: Source, files: Library, within: tuple[str, ...]
) -> dict[str, Definitions]:
    found: dict[str, Definitions] = {}
    for element in children(root, "import"):
        if not DMN_IMPORT.match(element.get("importType", "")):
            continue
        namespace, name = element.get("namespace", ""), element.get("name", "")
        if namespace in within:
            source.refuse(
                "cyclic-import", element, f"文件互相导入：{namespace}。", "请去掉其中一个方向的导入。"
            )
        elif len(within) > MAX_IMPORTS:
            source.refuse(
                "deep-imports",
                element,
                f"文件一层层导入超过 {MAX_IMPORTS} 层。",
                "请把共用的部分合并到一个文件。",
            )
        elif (data := files.find(element)) is None:
            source.refuse(
                "missing-import",
                element,
                f"找不到导入的决策模型「{name or namespace}」。",
                "请把它和本文件一起上传。",
            )
        else:
            found[" ".join(name.split()) or f"#{namespace}"] = files.definitions(*data, within)
    return found


class Library:
    """The files that may be imported; each is read once, however many import it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._read: dict[str, Definitions] = {}

    def definitions(self, name: str, data: bytes, within: tuple[str, ...]) -> Definitions:
        """Read a file, or return what was read before."""
        if name not in self._read:
            self._read[name] = _read(data, name, self, within)
        return self._read[name]

    def find(self, element: Element) -> tuple[str, bytes] | None:
        """Find what is imported: by namespace, by location, else the file that defines the namespace."""
        namespace, location = element.get("namespace", ""), element.get("locationURI", "")
        for key in (namespace, location, location.rsplit("/", 1)[-1]):
            if key in self._files:
                return key, self._files[key]
        return self._defined.get(namespace)

    @cached_property
    def _defined(self) -> dict[str, tuple[str, bytes]]:
        found: dict[str, tuple[str, bytes]] = {}
        for name, data in sorted(self._files.items()):
            head = _HEAD.search(data)
            namespace = _NAMESPACE.search(head.group()) if head else None
            if namespace:
                found.setdefault(namespace.group(2).decode(errors="replace"), (name, data))
        return found


def _node(element: Element, source: Source) -> Node | None:
    kind = local(element)
    match kind:
        case "inputData":
            return _input_data(element, source)
        case "decision":
            return _decision(element, source)
        case "businessKnowledgeModel":
            return _knowledge(element, source)
        case "decisionService":
            return _service(element, source)
    if kind not in _PASSED and _DMN.match(element.tag[1:].split("}")[0]):
        source.refuse(
            "unknown-element",
            element,
            f"不认识的 DMN 元素 {kind}。",
            "请删去它，或改用决策、输入数据和业务知识。",
        )
    return None


def _named(element: Element) -> str:
    """The variable's name is what expressions say; the element's own name is the fall-back."""
    variable = child(element, "variable")
    name = variable.get("name") if variable is not None else None
    return " ".join((name or element.get("name") or element.get("id") or "").split())


def _type_ref(element: Element) -> str | None:
    variable = child(element, "variable")
    reference = variable.get("typeRef") if variable is not None else None
    return reference or element.get("typeRef")


def _input_data(element: Element, source: Source) -> InputData:
    return InputData(id=source.id(element), name=_named(element), type_ref=_type_ref(element))


def _decision(element: Element, source: Source) -> Decision | None:
    name = element.get("name") or element.get("id") or ""
    place = Place(element_id=source.id(element), label=f"决策「{name}」")
    expression = next((node for node in element if local(node) in boxes.EXPRESSIONS), None)
    if expression is None:
        unknown = next((node for node in element if local(node) in boxes.REFUSED), None)
        if unknown is not None:
            what = f"{place.label}用了不支持的表达式 {local(unknown)}。"
            source.refuse("no-logic", element, what, "请补上决策表或 FEEL 表达式。")
            return None
        # A decision may stand for one that people take: it has no value of its own (DMN 1.5, 7.3.1).
        message = f"{place.label}没有写决策逻辑，结果总是空。"
        source.warn("no-logic", element, message, "请补上决策表或 FEEL 表达式。")
    logic = (
        boxes.boxed(expression, source, place) if expression is not None else Literal(text="", place=place)
    )
    if logic is None:
        return None
    return Decision(
        id=place.element_id,
        name=_named(element),
        label=name,
        type_ref=_type_ref(element),
        logic=logic,
        requires=tuple(_requirements(element)),
    )


def _knowledge(element: Element, source: Source) -> BusinessKnowledge | None:
    name = element.get("name") or ""
    place = Place(element_id=source.id(element), label=f"业务知识「{name}」")
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        message = f"{place.label}没有函数内容，结果总是空。"
        source.warn("no-logic", element, message, "请补上函数的参数和 FEEL 表达式。")
    nothing = FunctionDefinition(parameters=(), body=Literal(text="", place=place), place=place)
    function = boxes.function(logic, source, place) if logic is not None else nothing
    if function is None:
        return None
    return BusinessKnowledge(
        id=place.element_id,
        name=_named(element),
        type_ref=_type_ref(element),
        logic=function,
        requires=tuple(_requirements(element)),
    )


def _service(element: Element, source: Source) -> DecisionService:
    def ends(kind: str) -> tuple[str, ...]:
        return tuple(target for node in children(element, kind) if (target := href(node)))

    return DecisionService(
        id=source.id(element),
        name=_named(element),
        outputs=ends("outputDecision"),
        inputs=ends("inputDecision"),
        data=ends("inputData"),
        type_ref=_type_ref(element),
    )


def _requirements(element: Element) -> Iterator[str]:
    for kind in ("informationRequirement", "knowledgeRequirement"):
        for requirement in children(element, kind):
            for node in requirement:
                if local(node) in {"requiredDecision", "requiredInput", "requiredKnowledge"} and (
                    target := href(node)
                ):
                    yield target


def href(node: Element) -> str:
    """Return the id that a reference names: ``#id`` within this file, ``namespace#id`` in an imported one."""
    target = node.get("href", "")
    return target[1:] if target.startswith("#") else target


def _item(element: Element, source: Source) -> ItemDefinition | None:
    name = " ".join(element.get("name", "").split())
    if not name:
        source.refuse("unnamed-type", element, "有一个数据类型没有名称。", "请给它命名。")
        return None
    place = Place(element_id=source.id(element), label=f"数据类型「{name}」")
    reference = child(element, "typeRef")
    parts = tuple(part for node in children(element, "itemComponent") if (part := _item(node, source)))
    return ItemDefinition(
        name=name,
        type_ref=(reference.text or "").strip() if reference is not None else None,
        is_collection=element.get("isCollection") in {"true", "1"},
        allowed=_tests(child(element, "allowedValues"), place),
        constraint=_tests(child(element, "typeConstraint"), place),
        components=parts,
        function=_function_item(child(element, "functionItem")),
    )


def _tests(element: Element | None, place: Place) -> Literal | None:
    text = boxes.text(element)
    return Literal(text=text, place=place) if text else None


def _function_item(element: Element | None) -> FunctionItem | None:
    if element is None:
        return None
    parameters = tuple(node.get("typeRef") for node in children(element, "parameters"))
    return FunctionItem(parameters=parameters, result=element.get("outputTypeRef"))
