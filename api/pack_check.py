"""
What a path on disk holds, checked by whoever knows it: diagrams and tables by ``bpmn``, forms by ``forms``.

A folder with ``pack.toml`` or diagrams is a pack; a folder of such folders is checked pack by pack.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from bpmn import decisions, neighbours, parser, toml
from bpmn.deadlines import lawpack
from bpmn.diagram import Catalogue
from bpmn.errors import DeploymentInvalid, JingfaError
from bpmn.model import Finding, Severity
from bpmn.xml import Element, read
from forms import lint as form_lint
from forms.documents import paper
from forms.model import Form
from workflows.processes import job_types, sharing
from workflows.scenarios import pack as scenario_pack
from workflows.scenarios import pack_names
from workflows.settings import Settings

LARGEST: Final = 64 * 1024 * 1024  #: bytes of a file that is opened at all


def check(path: Path) -> tuple[Finding, ...]:
    """Return every finding about the file or folder *path*; a path that is not there is one, too."""
    try:
        return tuple(_folder(path) if path.is_dir() else _file(path))
    except OSError as problem:
        reason = problem.strerror or "无法打开"
        return (_finding("unreadable", path.name, f"读不到 {path}：{reason}。", "请核对路径和权限。"),)


def _finding(code: str, file: str, message: str, remedy: str) -> Finding:
    return Finding(severity=Severity.ERROR, code=code, message=message, remedy=remedy, file=file)


def _file(path: Path) -> Iterator[Finding]:
    name = path.name.lower()
    if path.stat().st_size > LARGEST:
        yield _finding("file-too-large", path.name, f"{path.name} 太大，没有打开。", "请去掉无关内容后重试。")
    elif name.endswith(parser.SUFFIXES):
        yield from (one for one in parser.check(neighbours.gather(path)) if one.file in ("", path.name))
    elif name.endswith(".dmn"):
        yield from _table(path)
    elif name.endswith(".json"):
        yield from _form(path, path.name)
    else:
        yield _finding(
            "unknown-file",
            path.name,
            f"不认识 {path.name} 这种文件。",
            "请给出 .bpmn、.dmn、表单 .json 或流程包文件夹。",
        )


def _table(path: Path) -> Iterator[Finding]:
    others = {one.name: one.read_bytes() for one in sorted(path.parent.glob("*.dmn")) if one != path}
    try:
        findings = decisions.load(path.read_bytes(), imports=others).check()
    except DeploymentInvalid as refusal:
        findings = refusal.findings
    yield from (replace(one, file=one.file or path.name) for one in findings)


def _form(path: Path, name: str) -> Iterator[Finding]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        yield _finding(
            "form-malformed", name, f"{name} 不是正确的 JSON：{problem}。", "请用表单设计器重新导出。"
        )
        return
    yield from form_lint.lint(schema, file=name)


def _folder(folder: Path) -> Iterator[Finding]:
    packs = [one for one in sorted(folder.iterdir()) if one.is_dir() and _is_pack(one)]
    if packs and not _is_pack(folder):
        for pack in packs:
            yield from _pack(pack)
    elif (folder / "sources.toml").exists():
        yield from lawpack.check(folder)
    else:
        yield from _pack(folder)


def _is_pack(folder: Path) -> bool:
    return (folder / "pack.toml").exists() or any(folder.glob("*.bpmn"))


def _pack(folder: Path) -> Iterator[Finding]:
    files = {str(one.relative_to(folder)): one.read_bytes() for one in _diagrams(folder)}
    if not files:
        yield _finding(
            "empty-pack",
            folder.name,
            f"{folder.name} 里没有流程模型。",
            "请给出含 .bpmn 文件的流程包文件夹。",
        )
    yield from (_inside(folder, one) for one in _key(folder))
    catalogue, problems = _catalogue(folder)
    yield from problems
    yield from (_inside(folder, one) for one in parser.check(files, catalogue=catalogue))
    for form in sorted(folder.glob("forms/*.json")):
        yield from (_inside(folder, one) for one in _form(form, f"forms/{form.name}"))
    for template in sorted(folder.glob("documents/*.toml")):
        name = f"documents/{template.name}"
        yield from (_inside(folder, one) for one in paper.lint(template.read_bytes(), file=name))


def _key(folder: Path) -> list[Finding]:
    settings = folder / sharing.SETTINGS
    try:
        return sharing.faults_of_key({sharing.SETTINGS: settings.read_bytes()}) if settings.exists() else []
    except DeploymentInvalid:  # a pack.toml that cannot be read is told once, by the catalogue
        return []


def _inside(folder: Path, finding: Finding) -> Finding:
    return replace(finding, file=f"{folder.name}/{finding.file}" if finding.file else folder.name)


def _diagrams(folder: Path) -> list[Path]:
    return [
        *sorted(folder.glob("*.bpmn")),
        *sorted(folder.glob("decisions/*.dmn")),
        *sorted(folder.glob("*.dmn")),
    ]


def _catalogue(folder: Path) -> tuple[Catalogue, tuple[Finding, ...]]:
    try:
        law = lawpack.load()
    except JingfaError as problem:
        return Catalogue(), (_finding("law-pack", "lawpack", problem.message, "请先修好法规包。"),)
    places = (folder, *_used(folder))
    papers = {one.name.split(".")[0] for place in places for one in place.glob("documents/*")}
    return (
        Catalogue(
            processes=_other_processes(folder),
            decisions=frozenset(name for place in places[1:] for name in _decisions(place)),
            deadlines=frozenset(rule.code for rule in law.catalogue),
            roles=frozenset(law.roles),
            forms=frozenset(one.stem for place in places for one in place.glob("forms/*.json")),
            papers=frozenset(papers | set(law.papers)),
            sources=frozenset(law.sources),
            form_fields={
                key: names for place in reversed(places) for key, names in _form_fields(place).items()
            },
            operations=job_types.known(Settings.from_environment()),
            knowledge=pack_names.knowledge_of(
                _content(places), law, shared=set(_content(places[1:])) - set(_content(places[:1]))
            ),
        ),
        (),
    )


def _content(places: tuple[Path, ...]) -> dict[str, bytes]:
    """The files of a pack and, below them, of those that it uses: path inside the pack -> content."""
    files = [(one, place) for place in reversed(places) for one in place.rglob("*") if one.is_file()]
    return {one.relative_to(place).as_posix(): one.read_bytes() for one, place in files}


def _used(folder: Path) -> tuple[Path, ...]:
    """Folders of the packs beside this one, else of the shipped ones, near and far, whose forms and papers it shares (``uses`` of ``pack.toml``)."""
    try:
        settings = toml.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    except (OSError, toml.TOMLDecodeError):
        return ()
    direct = [scenario_pack.place_of(folder, str(name)) for name in settings.get("uses") or ()]
    return tuple(dict.fromkeys([*direct, *(far for near in direct for far in _used(near))]))


def _decisions(folder: Path) -> Iterator[str]:
    """Ids of the decisions in a folder's tables; a table that cannot be read decides nothing."""
    for file in sorted(folder.glob("decisions/*.dmn")):
        try:
            yield from (one.id for one in decisions.load(file.read_bytes()).decisions)
        except DeploymentInvalid:
            continue


def _form_fields(folder: Path) -> dict[str, frozenset[str]]:
    """Form key -> the variables that its fields fill; forms that cannot be read fill nothing anybody knows."""
    found: dict[str, frozenset[str]] = {}
    for file in folder.glob("forms/*.json"):
        try:
            form = Form.parse(json.loads(file.read_text(encoding="utf-8-sig")))
        except (ValueError, RecursionError, JingfaError):
            continue
        found[file.stem] = frozenset(one.path[0] for one in form.walk() if one.path)
    return found


def _other_processes(folder: Path) -> dict[str, Element]:
    """Processes of the packs beside this one, and of those that it uses wherever they are: they may be called."""
    found: dict[str, Element] = {}
    used = [file for place in _used(folder) for file in sorted(place.glob("*.bpmn"))]
    for file in [*used, *sorted(folder.parent.glob("*/*.bpmn"))]:
        if file.parent != folder:
            try:
                root = read(file.read_bytes(), file=file.name)
            except DeploymentInvalid:
                continue  # the check of that pack says what is wrong with it
            found.update({str(one.get("id")): one for one in root.iterfind("{*}process")})
    return found
