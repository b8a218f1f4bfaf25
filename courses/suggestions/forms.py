"""The form by which a suggestion is taken over."""

from __future__ import annotations

from wtforms import SelectMultipleField

from lms.ground.forms import Form


class TakeForm(Form):
    """The lessons that were ticked, by their place in the list."""

    lesson = SelectMultipleField(coerce=int, validate_choice=False)
