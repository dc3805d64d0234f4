"""What calls to language models came to, in words."""

from datetime import datetime

from django.template.defaultfilters import pluralize

from integrations.models import ModelCall, Totals


def in_words(totals: Totals) -> str:
    return (
        f"{totals['calls']:,} call{pluralize(totals['calls'])}, "
        f"{totals['from_memory']:,} from memory: ${totals['cost_usd']:.4f}, "
        f"{totals['prompt_tokens']:,} tokens asked, {totals['output_tokens']:,} answered, "
        f"{totals['seconds']:.1f} s on average"
    )


def since(began: datetime) -> str:
    """Return what the calls came to from that time on, whoever made them; "" if there are none."""
    calls = ModelCall.objects.filter(created_at__gte=began)
    purposes = [
        f"{label}: {in_words(calls.filter(purpose=purpose).totals())}."
        for purpose, label in ModelCall.Purpose.choices
        if calls.filter(purpose=purpose).exists()
    ]
    if not purposes:
        return ""
    return " ".join(["Calls to language models meanwhile, the site's own among them.", *purposes])
