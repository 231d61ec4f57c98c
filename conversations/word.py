"""A letter as a Word file: A4, in its own language, with real styles that can be changed in one place."""

import re
from io import BytesIO

from django.utils.translation import get_language, gettext

from digitalchikane.languages import locale_of
from digitalchikane.zips import timeless

from .letters import Composed, Line, Run, stop_heading

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK, QUIET, ACTION, GROUND = "1C2B2B", "435150", "0B4F4C", "F2ECDF"
FONT = "Calibri"
# What XML cannot hold, wherever it came from.
IMPOSSIBLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def word(letter: Composed) -> bytes:
    # Imported here: only this needs it.
    from docx import Document

    document = Document()
    writer = _Writer(document)
    writer.set_up(letter)
    if letter.stop:
        writer.stop_page(letter.stop)
    writer.paragraph("Title" if letter.is_document else "Heading 1", letter.subject.runs)
    for line in letter.lines:
        writer.line(line)
    file = BytesIO()
    document.save(file)
    return timeless(file.getvalue())


class _Writer:
    def __init__(self, document):
        self.document = document
        self.numberings: dict[int, int] = {}

    # The document

    def set_up(self, letter: Composed):
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = Mm(25)
        section.bottom_margin = Mm(22)
        about = self.document.core_properties
        about.title = str(letter.edition)
        about.language = locale_of(get_language())
        # What the library would say of itself; a letter says nothing of who made it.
        about.author = about.last_modified_by = about.comments = ""
        self._set_language(locale_of(get_language()))
        self._set_compatibility()
        self._set_styles()
        if letter.is_document:
            self._number_pages(section)

    def _set_language(self, locale: str):
        from docx.oxml.ns import qn

        places = [*self.document.styles.element.iter(qn("w:lang"))]
        places += self.document.settings.element.iter(qn("w:themeFontLang"))
        for place in places:
            place.set(qn("w:val"), locale)
            place.set(qn("w:eastAsia"), locale)

    def _set_compatibility(self):
        """Word opens it as a document of today, not in the mode for old ones."""
        from docx.oxml.ns import qn

        for setting in self.document.settings.element.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), "15")

    def _set_styles(self):
        from docx.enum.style import WD_STYLE_TYPE
        from docx.enum.text import WD_UNDERLINE
        from docx.shared import Pt, RGBColor

        styles = self.document.styles
        for name, size, color, before, after in [
            ("Normal", 11, INK, 0, 8),
            ("Title", 22, ACTION, 0, 14),
            ("Heading 1", 15, ACTION, 0, 10),
            ("Heading 2", 13, ACTION, 14, 4),
            ("Heading 3", 11, INK, 10, 2),
        ]:
            style = styles[name]
            _set_font(style, FONT)
            style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(color)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        styles["Normal"].paragraph_format.line_spacing = 1.15
        _without_border(styles["Title"])
        for name in ("List Bullet", "List Bullet 2", "List Number", "List Number 2", "List Continue"):
            styles[name].paragraph_format.space_after = Pt(4)
        blank = styles.add_style(gettext("Blank"), WD_STYLE_TYPE.CHARACTER)
        blank.font.color.rgb, blank.font.underline = RGBColor.from_string(QUIET), WD_UNDERLINE.DOTTED
        _shade(blank, GROUND)
        self.blank = blank

    def _number_pages(self, section):
        paragraph = section.footer.paragraphs[0]
        before, between = gettext("Page %(page)s of %(pages)s").replace("%(pages)s", "\n").split("%(page)s")
        paragraph.add_run(before)
        _field(paragraph, "PAGE")
        paragraph.add_run(between.rstrip("\n"))
        _field(paragraph, "NUMPAGES")

    # What stands in it

    def stop_page(self, reasons: list[str]):
        """A page of its own before the letter, for the one who is about to send it."""
        self.paragraph("Heading 1", [Run(gettext("Before you send it"))])
        self.paragraph("Normal", [Run(f"{stop_heading()}:", is_bold=True)]).paragraph_format.keep_with_next = True
        for reason in reasons:
            self.paragraph("List Bullet", [Run(reason)])
        self.paragraph("Normal", [Run(gettext("Delete this page before you send the letter."))])
        self.document.add_page_break()

    def line(self, line: Line):
        paragraph = self.paragraph(_style(line), line.runs)
        if line.number and line.lists:
            self._number(paragraph, line)

    def paragraph(self, style: str, runs: list[Run]):
        paragraph = self.document.add_paragraph(style=style)
        for run in runs:
            self._run(paragraph, run)
        return paragraph

    def _run(self, paragraph, run: Run):
        piece = paragraph.add_run(IMPOSSIBLE.sub("", run.words))
        piece.bold, piece.italic = run.is_bold or None, run.is_italic or None
        if run.is_open and not run.is_tick:
            piece.style = self.blank

    def _number(self, paragraph, line: Line):
        """Each list begins with one: Word would go on from the list before."""
        _kind, which = line.lists[-1]
        if which not in self.numberings:
            style = self.document.styles[_style(line)]
            numbering = self.document.part.numbering_part.numbering_definitions._numbering
            used = style.element.pPr.numPr.numId.val
            abstract = next(num for num in numbering.num_lst if num.numId == used).abstractNumId.val
            fresh = numbering.add_num(abstract)
            fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
            self.numberings[which] = fresh.numId
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = self.numberings[which]
        properties.get_or_add_ilvl().val = 0


def _style(line: Line) -> str:
    if line.is_heading:
        return "Heading 2" if line.tag == "h3" else "Heading 3"
    if line.tag == "blockquote":
        return "Quote"
    if not line.lists:
        return "Normal"
    if line.goes_on:
        return "List Continue"
    name = "List Number" if line.number else "List Bullet"
    return name if len(line.lists) == 1 else f"{name} 2"


def _set_font(style, name: str):
    """The font by name: the theme's, which the library's template asks for, would win over it."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(attribute), name)


def _without_border(style):
    from docx.oxml.ns import qn

    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _shade(style, color: str):
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    shading = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{color}"/>')
    style.element.get_or_add_rPr().append(shading)


def _field(paragraph, instruction: str):
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
