"""
From files to a definition: read, import, check, outline; or every finding at once.

``check`` never raises on content; ``parse`` raises with everything that ``check`` found. Uploads go through
``bpmn.isolated``, which does the same in a child process that can be killed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpmn import decisions, dialects, lint, outline, proof
from bpmn.collisions import separate
from bpmn.decisions.model import Definitions
from bpmn.definition import ProcessDefinition
from bpmn.diagram import Catalogue, Diagram, children, is_bpmn, label, reference
from bpmn.errors import DeploymentInvalid
from bpmn.knowledge import FieldFact
from bpmn.model import Finding, Severity
from bpmn.proof import outputs
from bpmn.vocabulary import BPMN
from bpmn.xml import Element, local, namespace, read, write

SUFFIXES = (".bpmn", ".bpmn2", ".bpmn20.xml", ".xml")  #: names of files that hold BPMN


@dataclass(frozen=True)
class Reading:
    """What came out of a set of files: the diagrams that could be read, and all findings."""

    diagrams: tuple[Diagram, ...]
    decisions: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    partners: frozenset[str] = frozenset()  #: processes that are drawn but do not run here

    @property
    def is_refused(self) -> bool:
        """Whether any finding is an error."""
        return any(one.severity is Severity.ERROR for one in self.findings)


def parse(
    files: Mapping[str, bytes], *, process_id: str | None = None, catalogue: Catalogue | None = None
) -> ProcessDefinition:
    """
    Return the definition of a set of files.

    Args:
        files: Name -> content; ``.bpmn`` and ``.xml`` are diagrams, ``.dmn`` decisions, others are left alone.
        process_id: Which process starts when nobody names one; chosen by ``outline.key_of`` if None.
        catalogue: Names that exist around the model.

    Raises:
        DeploymentInvalid: with every finding, if any is an error.
    """
    return define(examine(files, catalogue=catalogue), process_id=process_id)


def reread(files: Mapping[str, bytes], *, process_id: str) -> ProcessDefinition:
    """
    Return the definition of files that a ``ProcessDefinition`` wrote, and that were examined when they were deployed.

    Examining them takes twice as long as reading them, and would say the same again.

    Raises:
        DeploymentInvalid: the files have no such process.
    """
    faults: list[Finding] = []
    diagrams = _diagrams(files, faults)
    tables = {name: data for name, data in files.items() if name.lower().endswith(".dmn")}
    return define(Reading(tuple(diagrams), tables, tuple(faults), _partners(diagrams)), process_id=process_id)


def check(files: Mapping[str, bytes], *, catalogue: Catalogue | None = None) -> tuple[Finding, ...]:
    """Return every finding about *files* at once, file by file; nothing is raised."""
    return examine(files, catalogue=catalogue).findings


def define(reading: Reading, *, process_id: str | None = None) -> ProcessDefinition:
    """
    Return the definition of what was read.

    Raises:
        DeploymentInvalid: the reading is refused, or has no such process.
    """
    if reading.is_refused:
        raise DeploymentInvalid(reading.findings)
    key = outline.key_of(reading.diagrams, process_id)
    if not key or key in reading.partners:
        raise DeploymentInvalid([*reading.findings, _no_process(process_id)])
    found = {
        key: one
        for key, one in outline.elements(reading.diagrams).items()
        if one.process_id not in reading.partners
    }
    return ProcessDefinition(
        key=key,
        name=found[key].name or key,
        files={one.file: write(one.root) for one in reading.diagrams},
        decisions=reading.decisions,
        starts=tuple(
            one for one in outline.starts(reading.diagrams) if one.process_id not in reading.partners
        ),
        elements=found,
        flows={
            key: one
            for key, one in outline.flows(reading.diagrams).items()
            if one.process_id not in reading.partners
        },
        warnings=reading.findings,
    )


def _no_process(process_id: str | None) -> Finding:
    message = f"文件中没有流程 {process_id}。" if process_id else "文件中没有可以启动的流程。"
    return Finding(
        severity=Severity.ERROR, code="no-process", message=message, remedy="请核对流程标识后重试。"
    )


def examine(files: Mapping[str, bytes], *, catalogue: Catalogue | None = None) -> Reading:
    """Read, import and check *files*; the result says whether they may be deployed."""
    findings: list[Finding] = []
    diagrams = _diagrams(files, findings)
    tables = {name: data for name, data in files.items() if name.lower().endswith(".dmn")}
    names, problems, decided = _decision_names(tables)
    findings += problems
    around = _around(catalogue or Catalogue(), diagrams, names)
    around = replace(around, knowledge=replace(around.knowledge, decisions=decided))
    partners = _partners(diagrams)
    for diagram in diagrams:
        findings += (_spared(diagram, one, partners) for one in lint.lint(diagram, around))
    findings += _same_process_twice(diagrams)
    if not any(one.severity is Severity.ERROR for one in findings):
        findings += _proved(diagrams, around, partners)
    return Reading(tuple(diagrams), tables, tuple(findings), partners)


def _proved(diagrams: list[Diagram], around: Catalogue, partners: frozenset[str]) -> Iterator[Finding]:
    """What the proofs say, unless a simpler rule has said it of the same element already."""
    by_file = {one.file: one for one in diagrams}
    for finding in proof.check(diagrams, around):
        yield _spared(by_file[finding.file], finding, partners)


def _partners(diagrams: list[Diagram]) -> frozenset[str]:
    """Processes said not to be executable, beside one that is: other people's pools, drawn for the picture."""
    processes = [one for diagram in diagrams for one in diagram.processes]
    flags = {str(one.get("id")): one.get("isExecutable") for one in processes}
    if not {"true", "1"} & set(flags.values()):
        return frozenset()
    nodes = (one for diagram in diagrams for one in diagram.nodes)
    called = {reference(one.get("calledElement")) for one in nodes if is_bpmn(one, "callActivity")}
    return frozenset(key for key, flag in flags.items() if flag in ("false", "0")) - called


def _spared(diagram: Diagram, finding: Finding, partners: frozenset[str]) -> Finding:
    """A fault in a pool that does not run here is only worth a warning."""
    element = diagram.by_id.get(finding.element_id or "")
    if (
        element is None
        or finding.severity is not Severity.ERROR
        or finding.code in ("duplicate-id", "too-deep")
    ):
        return finding
    process = element if is_bpmn(element, "process") else diagram.process_of(element)
    is_partner = process is not None and process.get("id") in partners
    return replace(finding, severity=Severity.WARNING) if is_partner else finding


def _diagrams(files: Mapping[str, bytes], findings: list[Finding]) -> list[Diagram]:
    roots: list[tuple[str, Element]] = []
    for name, data in files.items():
        if name.lower().endswith(SUFFIXES):
            try:
                root = _definitions(read(data, file=name), name)
            except DeploymentInvalid as refusal:
                findings += refusal.findings
                continue
            findings += dialects.translate(root, file=name)
            roots.append((name, root))
    separate([root for _, root in roots])
    return [Diagram(root, name) for name, root in roots]


def _definitions(root: Element, file: str) -> Element:
    if is_bpmn(root, "definitions"):
        return root
    raise DeploymentInvalid([_wrong_root(root, file)])


def _wrong_root(root: Element, file: str) -> Finding:
    space = namespace(root)
    if "/DMN/" in space:
        message, remedy = "这是决策表（DMN）文件，不是流程模型。", "请把文件名改为以 .dmn 结尾。"
    elif local(root) == "definitions" and "schema.omg.org/spec/BPMN" in space:
        message, remedy = (
            "这是 BPMN 2.0 草案（beta）格式的文件。",
            "请用较新的建模工具打开后另存为正式的 BPMN 2.0。",
        )
    elif local(root) == "definitions":
        message = f"根元素的命名空间「{space or '（无）'}」不是 BPMN 2.0 的命名空间。"
        remedy = f"请使用命名空间 {BPMN}，或用建模工具重新导出为 BPMN 2.0。"
    else:
        message, remedy = (
            f"根元素是 {local(root)[:60]}，不是 BPMN 2.0 模型。",
            "请上传建模工具导出的 BPMN 2.0 XML 文件。",
        )
    return Finding(severity=Severity.ERROR, code="not-bpmn", message=message, remedy=remedy, file=file)


def _decision_names(
    tables: Mapping[str, bytes],
) -> tuple[frozenset[str], list[Finding], Mapping[str, tuple[FieldFact, ...]]]:
    names: set[str] = set()
    findings: list[Finding] = []
    read: list[Definitions] = []
    for file, data in tables.items():
        try:
            model = decisions.load(
                data, imports={name: other for name, other in tables.items() if name != file}
            )
        except DeploymentInvalid as refusal:
            findings += [replace(one, file=one.file or file) for one in refusal.findings]
            continue
        names |= {name for one in model.decisions for name in (one.id, one.name) if name}
        findings += [replace(one, file=one.file or file) for one in model.check()]
        read.append(model.definitions)
    return frozenset(names), findings, outputs.of_models(read)


def _around(given: Catalogue, diagrams: list[Diagram], names: frozenset[str]) -> Catalogue:
    processes = {str(one.get("id")): one for diagram in diagrams for one in diagram.processes}
    known = names if given.decisions is None else names | given.decisions
    # Without any table at hand nobody can say that a decision is missing: it may be deployed already.
    return replace(
        given,
        processes={**given.processes, **processes},
        decisions=known if given.decisions is not None or names else None,
    )


def _same_process_twice(diagrams: list[Diagram]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for diagram in diagrams:
        for process in diagram.processes:
            identifier = str(process.get("id"))
            if seen.setdefault(identifier, diagram.file) != diagram.file:
                yield diagram.error(
                    process,
                    "duplicate-process",
                    f"{label(process)}在 {seen[identifier]} 中已经有了。",
                    "请保证每个流程的标识在所有文件中只出现一次。",
                )


def called_processes(data: bytes) -> frozenset[str]:
    """
    Return the ids of processes that a file calls or defines no further: what must be looked for beside it.

    Raises:
        DeploymentInvalid: the file cannot be read.
    """
    root = read(data)
    dialects.translate(root)
    calls = {reference(one.get("calledElement")) for one in root.iter(f"{{{BPMN}}}callActivity")}
    return frozenset(calls - {"", *(str(one.get("id")) for one in children(root, "process"))})


def processes_of(files: Mapping[str, bytes]) -> frozenset[str]:
    """
    Return the ids of the processes that diagrams among *files* define.

    Raises:
        DeploymentInvalid: one of them cannot be read.
    """
    diagrams = [data for name, data in files.items() if name.endswith(SUFFIXES)]
    return frozenset(str(one.get("id")) for data in diagrams for one in children(read(data), "process"))


__all__ = ["Reading", "called_processes", "check", "define", "examine", "parse", "processes_of", "reread"]
