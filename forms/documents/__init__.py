"""
Official papers (文书): one structured template per paper, printed as a PDF record and as an editable Word draft.

    Paper.parse(toml) -> Paper
    render_pdf(paper, data) -> bytes      PDF/A-2b, the same bytes for the same input
    render_docx(paper, data) -> bytes     a draft to edit
"""

from forms.documents.functions import labels
from forms.documents.paper import Paper, lint, names_of
from forms.documents.pdf import Fonts, page_count, render_pdf, sha256_of
from forms.documents.word import render_docx

__all__ = [
    "Fonts",
    "Paper",
    "labels",
    "lint",
    "names_of",
    "page_count",
    "render_docx",
    "render_pdf",
    "sha256_of",
]
