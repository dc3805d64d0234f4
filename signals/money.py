"""How a sum and its kind are written. Pure."""

from decimal import Decimal

from signals.words import AmountKind

MILLION = Decimal(1_000_000)


def in_words(amount: Decimal, kind: str = "", years: int | None = None) -> str:
    """Return the sum as people write it: $412,000 a year, up to $1.9 million over 5 years."""
    sum_, term = dollars(amount), f" {years} year{'s' * (years != 1)}" if years else ""
    match kind:
        case AmountKind.YEARLY | AmountKind.MONTHLY:
            each = "year" if kind == AmountKind.YEARLY else "month"
            return f"{sum_} a {each}" + (f" for{term}" if term else "")
        case AmountKind.TERM:
            return f"{sum_} over{term or ' the term'}"
        case AmountKind.UP_TO:
            return f"up to {sum_}" + (f" over{term}" if term else "")
        case AmountKind.PER_UNIT:
            return f"{sum_} each"
        case AmountKind.ONE_OFF:
            return f"{sum_} once"
    return sum_


def dollars(amount: Decimal) -> str:
    """Return $8.50, $412,000 or $1.9 million."""
    if amount >= MILLION:
        return f"${(amount / MILLION).quantize(Decimal('0.1')):f} million".replace(".0 ", " ")
    cents = amount < 1000 and amount != amount.to_integral_value()
    return f"${amount:,.2f}" if cents else f"${amount:,.0f}"
