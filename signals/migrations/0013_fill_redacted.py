from django.db import migrations
from django.db.models import Q


def shown(text, hidden):
    """Return the text with each hidden span named instead, as signals.redaction did then."""
    for first, last, what in sorted(hidden, reverse=True):
        text = f"{text[:first]}[{what} withheld]{text[last:]}"
    return text


def fill(apps, schema_editor):
    signals = apps.get_model("signals", "Signal").objects.filter(redaction_lifted_at=None)
    hiding = signals.filter(~Q(hidden={}) | Q(evidence__in=_hiding(apps))).distinct()
    for signal in hiding.prefetch_related("evidence").iterator(chunk_size=500):
        texts = {
            name: shown(getattr(signal, name), signal.hidden.get(name, ()))
            for name in ("title", "summary")
        }
        pieces = sorted(signal.evidence.all(), key=lambda piece: piece.position)
        texts["heard"] = " ".join(shown(piece.quote, piece.hidden) for piece in pieces)
        signal.redacted = {n: text for n, text in texts.items() if text != getattr(signal, n)}
        signal.save(update_fields=["redacted"])


def _hiding(apps):
    return apps.get_model("signals", "Evidence").objects.exclude(hidden=[]).values("pk")


class Migration(migrations.Migration):
    dependencies = [("signals", "0012_search_without_residents")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
