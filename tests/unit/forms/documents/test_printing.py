"""Papers as PDF records and Word drafts."""

import io
import zipfile
from datetime import UTC, datetime

import docx
import pypdf
import pytest
from paper_builders import PACK, a_case
from PIL import Image, ImageChops

from forms.documents import Fonts, Paper, render_docx, render_pdf, sha256_of
from forms.documents.pdf import page_count
from forms.documents.stamp import stamped
from forms.documents.stamp_picture import stamped_picture
from forms.errors import PaperNotRendered

CODES = [f"W{number:02d}" for number in range(1, 17)]
HEAD = {"code": "W99", "title": "样张", "version": "1"}


def paper_of(code):
    return Paper.parse((PACK / f"{code}.toml").read_bytes(), file=f"{code}.toml")


def text_of(pdf):
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("code", CODES)
def test_each_paper_prints_with_a_case_and_empty(code):
    """Every paper of the pack prints from a full case, and as a blank to fill in by hand."""
    paper = paper_of(code)

    full, blank = render_pdf(paper, a_case()), render_pdf(paper, {})

    assert paper.code == code
    assert page_count(full) == len(pypdf.PdfReader(io.BytesIO(full)).pages)
    assert page_count(blank) >= 1
    assert "SECRET-CONCESSION" not in text_of(full)


def test_same_input_gives_the_same_bytes():
    """A record can be printed again and compared by its hash."""
    paper, issued = paper_of("W07"), datetime(2026, 11, 10, tzinfo=UTC)

    first, second = (render_pdf(paper, a_case(), issued_at=issued) for _ in range(2))

    assert sha256_of(first) == sha256_of(second)
    assert sha256_of(first) != sha256_of(render_pdf(paper, a_case() | {"agreement": {}}, issued_at=issued))


def test_the_record_is_archivable_and_names_its_template():
    """The file declares PDF/A-2b, embeds its fonts and carries template version and hash."""
    paper = paper_of("W07")

    printed = render_pdf(paper, a_case())

    metadata = pypdf.PdfReader(io.BytesIO(printed)).xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert paper.sha256[:16] in text_of(printed)


def test_rare_characters_and_amounts_are_printed():
    """𠮷 is in the fonts, and Latin digits stand beside Chinese without added spaces."""
    text = text_of(render_pdf(paper_of("W07"), a_case()))

    assert "张𠮷" in text
    assert "人民币6,000.00元（大写：陆仟元整）" in text.replace("\n", "")


def test_data_is_never_read_as_markup():
    """What looks like template code in data is printed as it stands."""
    nasty = '#import "/etc/passwd" #sys.inputs $x$ *b* _i_ @r <l> \\u{41} {{1+1}} {1+1}'
    paper = Paper.parse(HEAD | {"blocks": [{"kind": "paragraph", "text": "{a}"}]})

    text = text_of(render_pdf(paper, {"a": nasty})).replace("\n", "").replace(" ", "")

    assert nasty.replace(" ", "") in text


def test_characters_without_a_glyph_are_named_on_paper():
    """An emoji, a private-use or an unencodable rare character never keeps a paper from being printed."""
    paper = Paper.parse(HEAD | {"blocks": [{"kind": "paragraph", "text": "{a}"}]})

    text = text_of(render_pdf(paper, {"a": "王\ue000👍🏻ᚠ\u0e01𛀀葛\U000e0100"})).replace("\n", "")

    assert "王〓[U+E000]〓[U+1F44D]" in text
    assert "〓[U+16A0]" in text
    assert "葛" in text


def test_missing_fonts_are_named_before_boxes_are_printed():
    """Without fonts nothing is printed, and the package to install is named."""
    with pytest.raises(PaperNotRendered, match="fonts-noto-cjk"):
        render_pdf(paper_of("W13"), {}, fonts=Fonts(paths=("/nowhere",)))


def test_too_many_pages_are_refused():
    """A paper ends after 80 pages."""
    paper = Paper.parse(
        HEAD
        | {
            "blocks": [
                {
                    "kind": "section",
                    "over": "for n in 1..90 return n",
                    "blocks": [{"kind": "paragraph", "text": "{i}"}, {"kind": "page-break"}],
                }
            ]
        }
    )

    with pytest.raises(PaperNotRendered, match="80 页"):
        render_pdf(paper, {})


@pytest.mark.parametrize("code", CODES)
def test_each_paper_has_a_word_draft(code):
    """The draft opens, says the same, and is the same file for the same input."""
    written = render_docx(paper_of(code), a_case())

    document = docx.Document(io.BytesIO(written))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert text.strip()
    assert "草稿" in document.sections[0].footer.paragraphs[0].text
    assert written == render_docx(paper_of(code), a_case())
    assert "SECRET-CONCESSION" not in zipfile.ZipFile(io.BytesIO(written)).read("word/document.xml").decode()


def test_the_draft_and_the_record_say_the_same():
    """Both come from one template."""
    document = docx.Document(io.BytesIO(render_docx(paper_of("W07"), a_case())))
    printed = text_of(render_pdf(paper_of("W07"), a_case())).replace("\n", "").replace(" ", "")

    for paragraph in document.paragraphs[2:10]:
        assert paragraph.text.replace(" ", "").replace("＿", "") in printed


def test_a_copy_to_look_at_says_who_looks_on_every_page():
    """Who, when and what for lie over each page; the record under it keeps its bytes, and the copy claims no standard."""
    record = render_pdf(paper_of("W01"), a_case(), issued_at=datetime(2026, 1, 2, tzinfo=UTC))
    words = "chengdong.sifa1 陈建国 2026-01-02 09:00 查阅件"

    copy = pypdf.PdfReader(io.BytesIO(stamped(record, words)))

    assert all("陈建国" in page.extract_text() for page in copy.pages)
    assert len(copy.pages) == page_count(record)
    assert copy.pages[0].extract_text().count("调解") > 0
    assert copy.xmp_metadata is None


@pytest.mark.parametrize("words", ["#panic()", "[*x*] $x$ <a> @b \\u{0}", "\U0001f600\ue000" * 90, ""])
def test_nothing_in_a_watermark_is_read_as_markup(words):
    """A name is set as it is, whatever signs it has."""
    record = render_pdf(paper_of("W01"), {})

    assert stamped(record, words).startswith(b"%PDF-")


def test_a_broken_record_is_said_in_words():
    """Not a trace: a sentence that says whom to ask."""
    with pytest.raises(PaperNotRendered, match="已损坏"):
        stamped(b"%PDF-1.7 nothing", "x")


def test_a_word_draft_says_who_fetched_it():
    """The foot of each page carries it, beside the note that this is a draft."""
    made = docx.Document(io.BytesIO(render_docx(paper_of("W01"), a_case(), reader="sifa1 陈建国 2026-01-02")))

    assert "sifa1 陈建国 2026-01-02" in made.sections[0].footer.paragraphs[0].text


def a_picture(colour, kind="JPEG", size=(300, 200)):
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, format=kind)
    return made.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("colour", ["black", "white", "gray"])
@pytest.mark.parametrize("size", [(300, 200), (90, 700), (1500, 80)])
def test_a_photo_to_look_at_says_who_looks_wherever_it_is_cropped(colour, size):
    """On dark and light pictures, tall and wide ones, each quarter carries the words; kind and size stay."""
    words = "chengdong.sifa1 陈建国 2026-01-02 09:00 查阅件"

    copy = opened(stamped_picture(a_picture(colour, size=size), "image/jpeg", words))

    seen = (
        ImageChops.difference(copy, Image.new("RGB", size, colour))
        .convert("L")
        .point(lambda v: 255 * (v > 30))
    )
    width, height = size
    quarters = [(x * width // 2, y * height // 2) for x in (0, 1) for y in (0, 1)]
    assert copy.size == size
    assert all(seen.crop((x, y, x + width // 2, y + height // 2)).getbbox() for x, y in quarters)


def test_a_damaged_photo_is_said_in_words():
    """Neither a trace nor another kind of file that calls itself a picture."""
    with pytest.raises(PaperNotRendered, match="照片已损坏"):
        stamped_picture(b"\xff\xd8 nothing", "image/jpeg", "x")
    with pytest.raises(PaperNotRendered, match="照片已损坏"):
        stamped_picture(a_picture("red", kind="PNG"), "image/jpeg", "x")
