from django.db import migrations

# What a signal went through is written once. Neither the site nor a person at the database's own
# prompt alters it by accident.
FORWARD = """
CREATE OR REPLACE FUNCTION signal_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Change % of a signal is history; it is neither altered nor deleted.', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'signal_change_is_kept';
END
$$;
CREATE TRIGGER signal_change_is_kept BEFORE UPDATE OR DELETE ON signals_signalchange
    FOR EACH ROW EXECUTE FUNCTION signal_change_is_kept();
"""
BACK = """
DROP TRIGGER signal_change_is_kept ON signals_signalchange;
DROP FUNCTION signal_change_is_kept();
"""

# What is known of signals that were there before: when each was found, and each decision.
EARLIER = """
INSERT INTO signals_signalchange
    (public_id, signal_id, what, by_id, before, after, note, evidence, extractor,
     extractor_version, at)
SELECT gen_random_uuid(), signal.id, 'found', NULL::bigint, '{}'::jsonb, '{}'::jsonb, '', '[]'::jsonb,
       coalesce(run.extractor, ''), coalesce(run.extractor_version, ''), signal.created_at
FROM signals_signal signal LEFT JOIN signals_extractionrun run ON run.id = signal.run_id
UNION ALL
SELECT gen_random_uuid(), review.signal_id,
       CASE review.decision WHEN 'approve' THEN 'approved' WHEN 'reject' THEN 'rejected'
            ELSE 'reopened' END,
       review.by_id, '{}'::jsonb,
       CASE WHEN review.reason = '' THEN '{}'::jsonb
            ELSE jsonb_build_object('reason', review.reason) END,
       review.note, '[]'::jsonb, coalesce(run.extractor, ''), coalesce(run.extractor_version, ''),
       review.at
FROM signals_review review
JOIN signals_signal signal ON signal.id = review.signal_id
LEFT JOIN signals_extractionrun run ON run.id = signal.run_id
"""


class Migration(migrations.Migration):
    dependencies = [("signals", "0018_trust")]
    operations = [
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACK),
    ]
