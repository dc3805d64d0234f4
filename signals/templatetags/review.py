"""How the review queue writes a quote."""

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from signals.models import Desk, Signal
from signals.queue import highlight

register = template.Library()


@register.filter
def telling(quote: str, signal: Signal) -> SafeString:
    """Write the signal's quote with sums of money and times made to stand out. It is escaped."""
    pieces, reached = [], 0
    for first, last, what in highlight.spans(quote, signal.timeframe, signal.amount):
        pieces.append(conditional_escape(quote[reached:first]))
        pieces.append(format_html('<b class="said-{}">{}</b>', what, quote[first:last]))
        reached = last
    pieces.append(conditional_escape(quote[reached:]))
    return mark_safe("".join(pieces))  # each piece is escaped above


@register.filter
def of_row(rows: Mapping[int, Desk], key: int) -> Desk | None:
    """Return what belongs to the row of that key."""
    return rows.get(key)
