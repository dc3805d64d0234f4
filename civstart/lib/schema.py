"""How the API's schema is made and named (drf-spectacular)."""

_SERIALIZERS = "drf_standardized_errors.openapi_serializers"
_CLASSES = ("ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum")
_STATUSES = (401, 403, 404, 405, 406, 415, 429, 500)

# Where the values of each enumeration in the shape of errors stand, for drf-spectacular.
ERROR_ENUMS = {
    name: f"{_SERIALIZERS}.{name}.choices"
    for name in (*_CLASSES, *(f"ErrorCode{status}Enum" for status in _STATUSES))
}
# What can be wrong with the value of a filter, by its kind. The generator would make up names.
FILTER_ERROR_ENUMS = {
    "ChoiceErrorCodeEnum": ["invalid_choice"],
    "ChoicesErrorCodeEnum": ["invalid_choice", "invalid_list"],
    "TextErrorCodeEnum": ["null_characters_not_allowed"],
    "IdErrorCodeEnum": ["invalid", "null_characters_not_allowed"],
    "DateErrorCodeEnum": ["invalid"],
    "NumberErrorCodeEnum": ["invalid", "max_value"],
    "RowsErrorCodeEnum": ["invalid_choice", "invalid_list", "invalid_pk_value"],
    "StageErrorAttrEnum": ["stage"],
}
# What can be wrong with the fields of a question and its answer.
QUESTION_ENUMS = {
    "AnswerKindEnum": "signals.models.Answer.Kind",
    "NoFieldErrorAttrEnum": ["non_field_errors"],
    "KindErrorAttrEnum": ["kind"],
    "TextErrorAttrEnum": ["text"],
    "ObjectErrorCodeEnum": ["invalid", "null"],
}

SETTINGS = {
    "TITLE": "CivStart API",
    "DESCRIPTION": "What local governments say they need, who can answer, and matches.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": ERROR_ENUMS | FILTER_ERROR_ENUMS | QUESTION_ENUMS,
}
