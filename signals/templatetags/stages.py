"""How far a need has come, as five dashes and a word."""

from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from signals.words import Stage

register = template.Library()

_DASHES = 5
# Need, exploring, money, tender, award: the dash each stage stands on.
_DASH = dict(zip(Stage, (0, 1, 2, 2, 3, 3, 3, 4, 4), strict=True))


@register.simple_tag
@cache
def stage(value: str) -> SafeString:
    """Draw a stage by its value."""
    known = Stage(value)
    now = _DASH[known]
    dashes = format_html_join(
        "",
        '<rect x="{}" y="2" width="7.5" height="4" class="{}"/>',
        (
            (9 * place, "done" if place < now else "now" if place == now else "ahead")
            for place in range(_DASHES)
        ),
    )
    return format_html(
        '<span class="stage-now"><svg viewBox="0 0 44 8" aria-hidden="true">{}</svg>{}</span>',
        dashes,
        known.label,
    )
