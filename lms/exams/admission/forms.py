"""What a sitting asks of a candidate's browser."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from lms.exams.admission.rules import AdmissionDraft, read_keys
from lms.exams.attempts.models import Admission
from lms.exams.attempts.rules.doors import read_networks
from lms.ground.errors import Refused
from lms.ground.forms import Form, TextField


class AdmissionForm(Form):
    """Access code, addresses, Safe Exam Browser."""

    asks_code = BooleanField(_l("进入试卷要输入考场口令"))
    networks = TextAreaField(_l("允许的网络地址"), [Length(max=2000)])
    binds_seat = BooleanField(_l("一人一机：打开试卷以后不能换电脑"))
    asks_browser = BooleanField(_l("须用安全考试浏览器（Safe Exam Browser）"))
    quit_password = TextField(_l("退出密码"), [Length(max=50)])
    exam_keys = TextAreaField(_l("浏览器考试密钥（Browser Exam Key）"), [Length(max=4000)])

    def show(self, admission: Admission | None) -> None:
        """What the sitting asks for now; a quit password is kept as a hash and not shown."""
        if admission is not None:
            self.asks_code.data = bool(admission.code)
            self.networks.data = "\n".join(admission.networks)
            self.binds_seat.data = admission.binds_seat
            self.asks_browser.data = bool(admission.config_key)
            self.exam_keys.data = "\n".join(admission.exam_keys)

    def draft(self) -> AdmissionDraft:
        """Refused with every line that is no network or no key."""
        networks, faults = read_networks(self.networks.data or "")
        keys, more = read_keys(self.exam_keys.data or "")
        if faults or more:
            raise Refused(*faults, *more)
        return AdmissionDraft(
            asks_code=self.asks_code.data,
            networks=tuple(networks),
            binds_seat=self.binds_seat.data,
            asks_browser=self.asks_browser.data,
            quit_password=self.quit_password.data or "",
            exam_keys=tuple(keys),
        )
