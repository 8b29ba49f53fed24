"""Signs that are not FEEL: full-width punctuation and operators of other languages, and their cure."""

from __future__ import annotations

from typing import Final

from bpmn.feel.errors import FeelSyntaxError

FULL_WIDTH: Final = {
    "，": ",", "、": ",", "；": ",", "：": ":", "“": '"', "”": '"', "„": '"', "＂": '"', "（": "(", "）": ")",
    "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "＜": "<", "＞": ">", "＝": "=", "≥": ">=",
    "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "＋": "+", "－": "-", "＊": "*", "／": "/", "。": ".", "．": ".",
    "！": "!", "《": "<", "》": ">", "–": "-", "—": "-", "−": "-", "‘": '"', "’": '"', "\u3000": " ", "\u200b": "", "…": "..",
}  # fmt: skip
_FOREIGN: Final = {
    "==": ("=", "FEEL 用一个等号 = 判断相等。"),
    "=>": (">=", "“大于或等于”请写作 >=。"),
    "=<": ("<=", "“小于或等于”请写作 <=。"),
    "<>": ("!=", "“不等于”请写作 !=。"),
    "&&": ("and", "“并且”请写作 and。"),
    "||": ("or", "“或者”请写作 or。"),
    "&": ("and", "“并且”请写作 and。"),
    "|": ("or", "“或者”请写作 or。"),
    "!": ("not(", "“非”请写作 not(…)。"),
    "'": ('"', '文字请用英文双引号 " 括起来。'),
    ";": (",", "请用英文逗号 , 分隔。"),
    "%": ("modulo(", "求余数请写作 modulo(被除数, 除数)。"),
    "^": ("**", "乘方请写作 **。"),
    "$": ("", "请直接写变量名，不要加 ${…}。"),
    "#": ("", "请直接写变量名，不要加 #{…}。"),
    "\\": ("", "请删去反斜杠。"),
}


def place(text: str, at: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def error(text: str, at: int, problem: str, suggestion: str = "", word: str | None = None) -> FeelSyntaxError:
    """Return the error for a place in the text; offers the whole text mended where full-width signs are there."""
    line, column = place(text, at)
    shown = text[at : at + 1] if word is None else word
    fixed = mended(text)
    return FeelSyntaxError(
        problem,
        line=line,
        column=column,
        word=shown,
        suggestion=suggestion,
        fixed=fixed if fixed != text else None,
    )


def is_foreign(text: str, at: int) -> bool:
    """Say whether an operator of another language stands here."""
    return text[at : at + 2] in ("==", "=>", "=<", "<>")


def unknown_sign(text: str, at: int) -> FeelSyntaxError:
    """Return the error for a sign that no FEEL expression has outside a string."""
    for width in (2, 1):
        word = text[at : at + width]
        if word in _FOREIGN:
            return error(text, at, f"FEEL 中没有符号 {word}。", _FOREIGN[word][1], word)
    sign = text[at]
    if sign in FULL_WIDTH:
        return error(text, at, f"这里用了全角符号 {sign}。", f"请改为半角 {FULL_WIDTH[sign]}。")
    return error(text, at, f"不认识的符号 {sign}。", "请删去它。")


def mended(text: str) -> str:
    """
    Return the text with full-width punctuation outside strings replaced.

    >>> mended("金额 ＞ 5 and 类别 in （“一，二”，\\"三\\"）")
    '金额 > 5 and 类别 in ("一，二","三")'
    """
    parts: list[str] = []
    closing = ""
    for sign in text:
        parts.append(sign if closing and sign not in closing else FULL_WIDTH.get(sign, sign))
        if closing:
            closing = "" if sign in closing else closing
        else:
            closing = {'"': '"', "“": "”“", "”": "”“", "‘": "’", "＂": "＂"}.get(sign, "")
    return "".join(parts)
