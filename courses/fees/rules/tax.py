"""Income tax withheld from fees for personal services (劳务报酬), from net to gross.

国家税务总局公告2018年第61号: what is paid in a month, less 800 元 up to 4000 元 and less a fifth
above, is taxed by three brackets. The numbers are norms; only the arithmetic is here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lms.ground.errors import Refused

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bracket:
    """Up to `upto` taxable 元 (None: no end) the rate applies, less a quick deduction."""

    upto: Decimal | None
    rate: Fraction
    less: Decimal


@dataclass(frozen=True)
class TaxTable:
    """`fixed` is deducted from up to `fixed_upto` 元 of a month, the `share` of it above."""

    fixed: Decimal
    fixed_upto: Decimal
    share: Fraction
    brackets: tuple[Bracket, ...]


def tax_on(gross: Decimal, table: TaxTable) -> Decimal:
    """The tax on what is paid in a month, to the cent."""
    taxable = _taxable(Fraction(gross), table)
    bracket = next(
        one for one in table.brackets if one.upto is None or taxable <= Fraction(one.upto)
    )
    tax = max(taxable * bracket.rate - Fraction(bracket.less), Fraction(0))
    return _cents(tax)


def gross_of(net: Decimal, table: TaxTable) -> Decimal:
    """What has to be paid in a month so that `net` is left after tax, to the cent."""
    wanted = Fraction(net)
    if wanted <= Fraction(table.fixed):
        return _cents(wanted)
    for bracket in table.brackets:
        for gross in _candidates(wanted, bracket, table):
            if _fits(gross, bracket, table):
                return _cents(gross)
    raise ValueError(f"no bracket for {net}")


def brackets_of(text: str) -> tuple[Bracket, ...]:
    """`20000 20% 0；50000 30% 2000；以上 40% 7000`: up to, rate, quick deduction.

    Refused when a norm is not written so.
    """
    found = tuple(_bracket(part) for part in re.split(r"[；;\n]+", text) if part.strip())
    if not found or found[-1].upto is not None:
        raise Refused("课酬税率表须以“以上 税率 速算扣除数”结尾，请在政策参数里改正。")
    return found


def shares(nets: Sequence[Decimal], table: TaxTable, *, before: Decimal) -> list[Decimal]:
    """The tax of each of several payments in a row, after `before` (net) in the same month.

    Each bears what it adds to the month's tax, so that they add up to the whole.
    """
    taxes, total = [], before
    for net in nets:
        was = gross_of(total, table) - total
        total += net
        taxes.append(gross_of(total, table) - total - was)
    return taxes


def _taxable(gross: Fraction, table: TaxTable) -> Fraction:
    if gross <= Fraction(table.fixed_upto):
        return max(gross - Fraction(table.fixed), Fraction(0))
    return gross * (1 - table.share)


def _candidates(net: Fraction, bracket: Bracket, table: TaxTable) -> list[Fraction]:
    """Gross of which this bracket would leave `net`: below and above the fixed deduction's end."""
    less, rate = Fraction(bracket.less), bracket.rate
    below = (net - rate * Fraction(table.fixed) - less) / (1 - rate)
    above = (net - less) / (1 - rate * (1 - table.share))
    return [
        gross
        for gross, fits in (
            (below, below <= Fraction(table.fixed_upto)),
            (above, above > Fraction(table.fixed_upto)),
        )
        if fits
    ]


def _fits(gross: Fraction, bracket: Bracket, table: TaxTable) -> bool:
    taxable = _taxable(gross, table)
    place = table.brackets.index(bracket)
    floor = table.brackets[place - 1].upto if place else Decimal(0)
    above = floor is None or taxable >= Fraction(floor)
    return above and (bracket.upto is None or taxable <= Fraction(bracket.upto))


def _bracket(text: str) -> Bracket:
    match = re.fullmatch(r"\s*(以上|\d+)\s+(\d+)%\s+(\d+)\s*", text)
    if match is None:
        raise Refused(f"课酬税率“{text.strip()}”写法不对，应如“20000 20% 0”，请在政策参数里改正。")
    upto = None if match[1] == "以上" else Decimal(match[1])
    return Bracket(upto, Fraction(match[2]) / 100, Decimal(match[3]))


def _cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)
