"""密封线 in Word: along the left edge of the first page of an A3 paper, turned a quarter."""

from __future__ import annotations

from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

WHO = "单位：__________________　姓名：____________　学号：____________　座位号：________"
SEAL = "…………密…………封…………线…………内…………不…………要…………答…………题…………"

# A rectangle of VML (ECMA-376 part 4, §19): what both Word and LibreOffice turn by a quarter.
_BOX = """
<w:r {namespaces} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>
<v:rect stroked="f" filled="f" style="position:absolute;
  margin-left:22pt;margin-top:36pt;width:62pt;height:770pt;z-index:1;
  mso-position-horizontal-relative:page;mso-position-vertical-relative:page">
<v:textbox inset="0,0,0,0" style="layout-flow:vertical;mso-layout-flow-alt:bottom-to-top">
<w:txbxContent>{lines}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>
"""
_LINE = """
<w:p><w:pPr><w:spacing w:before="{before}" w:after="0"/><w:jc w:val="center"/></w:pPr>
<w:r><w:rPr><w:sz w:val="{half_points}"/></w:rPr><w:t>{text}</w:t></w:r></w:p>
"""


def seal_margin(word: Any) -> None:
    """Who sits the paper, and the line that is folded over it: on the first page alone."""
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = 0
    paragraph.paragraph_format.line_spacing = 0.1
    lines = _LINE.format(before=0, half_points=22, text=WHO.replace("_", "__"))
    lines += _LINE.format(before=160, half_points=18, text=SEAL)
    box = _BOX.format(namespaces=nsdecls("w"), lines=lines)
    paragraph._p.append(parse_xml(box))
