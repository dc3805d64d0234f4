import re

import yaml
from django.core.management import call_command


def test_the_schema_is_valid_and_raises_no_warning(db, tmp_path):
    path = tmp_path / "schema.yaml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(path))

    paths = set(yaml.safe_load(path.read_text())["paths"])
    assert {
        "/api/v1/signals/",
        "/api/v1/signals/{id}/",
        "/api/v1/startups/",
        "/api/v1/startups/{slug}/",
        "/api/v1/matches/",
        "/api/v1/matches/{id}/",
    } <= paths


def test_the_schema_is_open_to_everybody(client, db):
    answer = client.get("/api/schema/")

    schema = yaml.safe_load(answer.content)
    assert answer.status_code == 200
    assert schema["info"]["title"] == "CivStart API"
    assert schema["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"


def test_the_schema_tells_the_shape_of_errors(client, db):
    schema = yaml.safe_load(client.get("/api/schema/").content)

    answers = schema["paths"]["/api/v1/signals/"]["get"]["responses"]
    assert {"200", "400", "401"} <= set(answers)


def test_the_documentation_is_served_from_here_alone(client, db):
    shown = client.get("/api/docs/").content.decode()

    addresses = re.findall(r'(?:src|href)=["\']([^"\']+)', shown)
    assert addresses
    assert [one for one in addresses if re.match(r"(?:https?:)?//", one)] == []


def test_the_script_of_the_documentation_loads_nothing_from_elsewhere(client, db):
    shown = client.get("/api/docs/").content.decode()
    script = re.search(r'src="(/api/docs/\?script=[^"]*)"', shown)

    answer = client.get(script[1].replace("&amp;", "&"))

    assert answer.headers["Content-Type"].startswith("application/javascript")
    assert re.findall(r'["\'](?:https?:)?//(?!localhost|testserver)', answer.content.decode()) == []


def test_the_documentation_runs_no_script_from_elsewhere(client, db):
    policy = client.get("/api/docs/").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'self'")
    assert "script-src" not in policy
