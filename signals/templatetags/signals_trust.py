"""How shares, agreement and times are written and drawn on the staff pages of measures."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from signals.measure.wilson import Share

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Write a share as 87%; nothing if there is none."""
    return "" if share is None else f"{share:.0%}"


@register.filter
def kappa(value: float | None) -> str:
    """Write Cohen's kappa with two digits, or that there is none."""
    return "not defined" if value is None else f"{value:.2f}"


@register.filter
def took(span: timedelta | None) -> str:
    """Write how long something took: 38 s, or 3 min 5 s."""
    minutes, seconds = divmod(round(span.total_seconds()) if span else 0, 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@register.simple_tag
def interval(share: Share) -> SafeString:
    """Draw a share as a dot on its interval, from 0 to 100 percent."""
    return format_html(
        '<svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" y="3" width="100" height="2"/>'
        '<rect class="range" x="{}" y="2" width="{}" height="4"/>'
        '<rect class="at" x="{}" width="1.6" height="8"/></svg>',
        round(100 * share.low, 1),
        max(0.8, round(100 * (share.high - share.low), 1)),
        round(min(98.4, 100 * (share.share or 0)), 1),
    )
