from django.db import migrations

# A signal without evidence cannot exist. Checked at commit, since the signal's row is written first.
FORWARD = """
CREATE OR REPLACE FUNCTION signal_has_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
BEGIN
    IF TG_TABLE_NAME = 'signals_signal' THEN wanted := NEW.id; ELSE wanted := OLD.signal_id; END IF;
    IF EXISTS (SELECT 1 FROM signals_signal WHERE id = wanted)
       AND NOT EXISTS (SELECT 1 FROM signals_evidence WHERE signal_id = wanted) THEN
        RAISE EXCEPTION 'Signal % has no evidence; store a verbatim quote with it.', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signal_has_evidence';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER signal_has_evidence AFTER INSERT ON signals_signal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION signal_has_evidence();
CREATE CONSTRAINT TRIGGER signal_keeps_evidence AFTER DELETE OR UPDATE OF signal_id ON signals_evidence
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION signal_has_evidence();
"""
BACK = """
DROP TRIGGER signal_keeps_evidence ON signals_evidence;
DROP TRIGGER signal_has_evidence ON signals_signal;
DROP FUNCTION signal_has_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [("signals", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
