"""What all pages share in templates: icons, small marks, how numbers, times and quotes are written.

Formatting only: nothing here asks the database.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import structlog
from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from civstart.lib import times

register = template.Library()

# Drawn for CivStart on a grid of 20, one line of 1.6 thick; .icon in base.css gives the rest.
ICONS = {
    "home": '<path d="M3.5 9.5 10 4l6.5 5.5V16a.8.8 0 0 1-.8.8h-3.4v-4.5H7.7v4.5H4.3'
    'a.8.8 0 0 1-.8-.8z"/>',
    "signals": '<path d="M4.5 16.5v-4M10 16.5v-8M15.5 16.5v-13"/>',
    "link": '<path d="M8.3 11.7a3.2 3.2 0 0 0 4.6 0l2.4-2.4a3.25 3.25 0 0 0-4.6-4.6l-.8.8"/>'
    '<path d="M11.7 8.3a3.2 3.2 0 0 0-4.6 0l-2.4 2.4a3.25 3.25 0 0 0 4.6 4.6l.8-.8"/>',
    "person": '<circle cx="10" cy="7" r="3.2"/>'
    '<path d="M3.8 16.8c.6-3 3.1-4.8 6.2-4.8s5.6 1.8 6.2 4.8"/>',
    "bell": '<path d="M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4 1.7 5 1.7 5H3.8s1.7-1 1.7-5"/>'
    '<path d="M8.3 16.5a2 2 0 0 0 3.4 0"/>',
    "play": '<path d="M5 3.5v13l11-6.5z"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "check": '<path d="m4 10.5 4 4 8-9"/>',
    "undo": '<path d="M7 4 3.5 7.5 7 11"/><path d="M3.5 7.5h8a4.5 4.5 0 0 1 0 9H8"/>',
    "search": '<circle cx="9" cy="9" r="5.5"/><path d="m13.2 13.2 3.8 3.8"/>',
    "filters": '<path d="M3.5 5.5h13M6 10h8M8.5 14.5h3"/>',
    "arrow": '<path d="M4 10h12m-4.5-4.5L16 10l-4.5 4.5"/>',
    "back": '<path d="M16 10H4m4.5-4.5L4 10l4.5 4.5"/>',
    "up": '<path d="m5 12 5-5 5 5"/>',
    "down": '<path d="m5 8 5 5 5-5"/>',
    "out": '<path d="M8 4H4v12h12v-4"/><path d="M11.5 3.5h5v5M16.5 3.5 9.5 10.5"/>',
    "document": '<path d="M5 3h6.5L15 6.5V17H5z"/><path d="M11.3 3v3.7H15"/>',
    "eye": '<path d="M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z"/>'
    '<circle cx="10" cy="10" r="2.2"/>',
    "mail": '<rect x="3" y="5" width="14" height="10.5" rx="1"/><path d="m3.5 6 6.5 5 6.5-5"/>',
    "clock": '<circle cx="10" cy="10" r="6.8"/><path d="M10 6v4.2l2.7 1.6"/>',
    "place": '<path d="M10 17.5s5.5-5 5.5-9.3a5.5 5.5 0 0 0-11 0c0 4.3 5.5 9.3 5.5 9.3z"/>'
    '<circle cx="10" cy="8.2" r="1.9"/>',
    "feed": '<path d="M4.5 11a5 5 0 0 1 5 5M4.5 6.5a9.5 9.5 0 0 1 9.5 9.5"/>'
    '<circle cx="5.2" cy="15.2" r=".9"/>',
    "warning": '<path d="M10 3.5 17.5 16.5h-15z"/><path d="M10 8.5v3.5M10 14.3v.1"/>',
}
_COMMA = (
    "c-3.8 1.3-6 4.1-6 7.5 0 2.6 1.5 4.3 3.7 4.3 1.9 0 3.3-1.4 3.3-3.3s-1.3-3.2-3-3.2"
    "c-.3 0-.6 0-.8.1.3-1.5 1.5-2.8 3.5-3.7z"
)
WORDMARK = (
    "M3 0h18a3 3 0 0 1 3 3v18a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z"
    f"m7.6 6.2{_COMMA}m8.5 0{_COMMA}"
)
STRENGTHS = {1: "Faint", 2: "Clear", 3: "Concrete"}
MILLION = 1_000_000
DAYS_NAMED = 6
HOUR, DAY = 60, 24 * 60  # in minutes


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon. It is hidden from screen readers: words stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', mark_safe(ICONS[name])
    )


@register.simple_tag
@cache
def wordmark() -> SafeString:
    """Draw the mark and the name."""
    return format_html(
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill-rule="evenodd" d="{}"/></svg>'
        "CivStart",
        WORDMARK,
    )


@register.simple_tag
@cache
def strength(level: int) -> SafeString:
    """Draw a signal's strength, 1 to 3: bars and the word."""
    return format_html(
        '<span class="strength" data-level="{}"><svg viewBox="0 0 15 12" aria-hidden="true">'
        '<rect class="b1" y="8" width="4" height="4"/>'
        '<rect class="b2" x="5.5" y="4" width="4" height="8"/>'
        '<rect class="b3" x="11" width="4" height="12"/></svg>{}</span>',
        int(level),
        STRENGTHS[int(level)],
    )


@register.simple_tag
def bar(points: float, most: float) -> SafeString:
    """Draw how much of the most was reached."""
    share = min(max(float(points) / float(most), 0), 1) if most else 0
    return format_html(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="100" height="6"/>'
        '<rect class="fill" width="{}" height="6"/></svg>',
        round(100 * share),
    )


@register.simple_tag
def who(name: str, role: str) -> SafeString:
    """Write who spoke, as well as the transcript tells it: the name first and strong."""
    first, rest = _speaker(name, role)
    return format_html("<b>{}</b>{}", first, rest)


@register.simple_tag
def who_plain(name: str, role: str) -> str:
    """Write who spoke, for plain text."""
    return "".join(_speaker(name, role))


def _speaker(name: str, role: str) -> tuple[str, str]:
    role = "" if role.lower() == "unknown" else role.lower()
    if not name:
        return role.capitalize() or "A speaker the transcript does not name", ""
    return name, f", {role}" if role and role not in name.lower() else ""


@register.filter
def clock(seconds: float | None) -> str:
    """Write a time in a recording: 1:14:07."""
    return "" if seconds is None else times.clock(seconds)


@register.filter
def money(amount: Decimal | float | None) -> str:
    """Write dollars as people do: $412,000, $9.4 million."""
    if amount is None:
        return ""
    if amount >= MILLION:
        return f"${float(amount) / MILLION:.1f} million".replace(".0 ", " ")
    return f"${float(amount):,.0f}"


@register.filter
def initials(name: object) -> str:
    """Write the first letters of the first and last word: DW."""
    words = str(name).split() or ["?"]
    return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()


@register.filter
def when(moment: datetime) -> str:
    """Write a moment as briefly as it stays clear: 09:41, Yesterday, Tue, 12 Nov, 12 Nov 2025."""
    local, now = timezone.localtime(moment), timezone.localtime()
    days = (now.date() - local.date()).days
    if days == 0:
        return date_format(local, "H:i")
    if days == 1:
        return "Yesterday"
    if 1 < days <= DAYS_NAMED:
        return date_format(local, "D")
    return date_format(local, "j M" if local.year == now.year else "j M Y")


@register.filter
def waited(since: datetime | None) -> str:
    """Write how long ago a moment was, in its largest unit: 12 m, 4 h, 12 d."""
    minutes = int((timezone.now() - since).total_seconds() // 60) if since else 0
    if minutes < HOUR:
        return f"{max(minutes, 1)} m"
    return f"{minutes // HOUR} h" if minutes < DAY else f"{minutes // DAY} d"


@register.filter
def elided(quote: str) -> str:
    """Write "..." where the quote begins or leaves off within a sentence."""
    before = "...\u00a0" if quote[:1].islower() else ""
    after = (
        "" if quote.rstrip("\"'\u201d\u2019)").endswith((".", "?", "!", "\u2026")) else "\u00a0..."
    )
    return f"{before}{quote}{after}"


@register.filter
def marked(quote: str, spans: Iterable[str]) -> SafeString:
    """Write the quote with the spans that occur in it marked. Both are escaped."""
    wanted = sorted({span for span in spans if span and span in quote}, key=len, reverse=True)
    if not wanted:
        return conditional_escape(quote)
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", quote)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if place % 2 else piece,)
            for place, piece in enumerate(pieces)
        ),
    )


@register.filter
def marked_by(quote: str, reasons: Iterable[object]) -> SafeString:
    """Write the quote with what the reasons of a match cite marked."""
    return marked(quote, [reason.shown for reason in reasons])  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def without(context: template.Context, name: str, value: object = None) -> str:
    """Write this page's query without one value of a filter, or without the filter."""
    query = context["request"].GET.copy()
    kept = [one for one in query.getlist(name) if value is not None and one != str(value)]
    query.setlist(name, kept)
    query.pop("page", None)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def past_the_end(context: template.Context, page: Page[Any]) -> SafeString:
    """Say so where a page is asked for that is not there, so that the last one is shown."""
    asked = context["request"].GET.get("page", "")
    is_number = asked.isascii() and asked.isdecimal()
    if not is_number or (len(asked) < 10 and int(asked) <= page.paginator.num_pages):
        return SafeString()
    return format_html(
        '<p class="message" data-tone="warn" role="status">{}<span>There is no page {}; this is '
        "the last one, page {}.</span></p>",
        icon("warning"),
        asked if len(asked) < 10 else f"{asked[:9]}…",
        page.number,
    )


@register.simple_tag
def request_id() -> str:
    """Write the number under which this request is in the log."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
