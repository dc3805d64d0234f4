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
    # Of several lists that share it: the generator would name it after none.
    "CategoryErrorAttrEnum": ["category"],
    "SignalErrorAttrEnum": ["signal"],
    "SinceErrorAttrEnum": ["since"],
    "StateErrorAttrEnum": ["state"],
}
# What can be wrong with the fields of a question and its answer.
QUESTION_ENUMS = {
    "AnswerKindEnum": "signals.models.Answer.Kind",
    "NoFieldErrorAttrEnum": ["non_field_errors"],
    "KindErrorAttrEnum": ["kind"],
    "TextErrorAttrEnum": ["text"],
    "ObjectErrorCodeEnum": ["invalid", "null"],
}
_TEXT_CODES = ["null_characters_not_allowed", "surrogate_characters_not_allowed"]
# What can be wrong with what a startup is not to be told of, and with why it put a match aside.
EXCLUSION_ENUMS = {
    "CategoryEnum": "signals.words.Category",
    "StatesErrorAttrEnum": ["states"],
    "CustomersErrorAttrEnum": ["customers"],
    "CategoriesErrorAttrEnum": ["categories"],
    "OneCategoryErrorAttrEnum": ["categories.INDEX"],
    "WordsErrorAttrEnum": ["words"],
    "OneWordErrorAttrEnum": ["words.INDEX"],
    "SmallestErrorAttrEnum": ["smallest"],
    "LargestErrorAttrEnum": ["largest"],
    "NamesErrorCodeEnum": ["does_not_exist", "invalid", "not_a_list", "null"],
    "ListErrorCodeEnum": ["not_a_list", "null"],
    "ShortListErrorCodeEnum": ["max_length", "not_a_list", "null"],
    "NeededChoiceErrorCodeEnum": ["invalid_choice", "null", "required"],
    "NeededTextErrorCodeEnum": ["blank", "invalid", "max_length", "null", "required", *_TEXT_CODES],
    "NoteErrorCodeEnum": ["invalid", "max_length", "null", *_TEXT_CODES],
    "AmountErrorCodeEnum": [
        "invalid",
        "max_decimal_places",
        "max_digits",
        "max_string_length",
        "max_whole_digits",
        "min_value",
    ],
}

SETTINGS = {
    "TITLE": "CivStart API",
    "DESCRIPTION": "What local governments say they need, who can answer, and matches.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": ERROR_ENUMS | FILTER_ERROR_ENUMS | QUESTION_ENUMS | EXCLUSION_ENUMS,
}
