"""Text without what looks like a secret, by the rules of tables.json, as src/lib/text/redact.ts applies them."""

import re

from tables import TABLES

SECRETS = TABLES["secrets"]
NAMES = SECRETS["names"]
REDACTED = SECRETS["redacted"]
LONGEST_NAME = SECRETS["longestName"]
SHORTEST_NAME = 3
LONGEST_PLAIN_VALUE = 160
LONGEST_WORD_BEFORE = 24


def _compile(pattern):
    return re.compile(pattern.replace("{quote}", SECRETS["quote"]), re.ASCII)


TEXTS = [_compile(text) for text in SECRETS["texts"]]
NAME, QUOTE, OPTION = (_compile(SECRETS[each]) for each in ("name", "quote", "option"))
VALUE = _compile(SECRETS["value"])
VALUES = {"tuple": _compile(SECRETS["tupleValue"]), "listed": _compile(SECRETS["listedValue"])}
SEPARATORS = {kind: _compile(pattern) for kind, pattern in SECRETS["separators"].items()}
PLAIN_VALUE = _compile(SECRETS["plainValue"])
PLAIN_SPEECH = [(_compile(each["before"]), _compile(each["from"])) for each in SECRETS["plainSpeech"]]
PLAIN_PAIR = _compile(SECRETS["plainPair"])
SECRET_NAME, PLAIN_NAME = (_compile("|".join(NAMES[each])) for each in ("secret", "plain"))
PARAMETER, TO_LINE_END, NOUN, FLAG = (_compile(NAMES[each]) for each in ("parameter", "toLineEnd", "noun", "flag"))
WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LINE_REST = {"": re.compile(r"[^\n\r]*"), '"': re.compile(r'[^\n\r"]*'), "'": re.compile(r"[^\n\r']*")}


def redact_command(command, secrets=()):
    """A command as it may stand in a log. secrets: names of properties that are secret whatever they are called."""
    redacted = []
    is_value = False
    for argument in command:
        hidden = is_value and not _is_plain("", argument)
        is_value = (
            not hidden
            and OPTION.fullmatch(argument) is not None
            and FLAG.search(normalize_name(argument)) is None
            and is_secret_name(argument)
        )
        redacted.append(REDACTED if hidden else _redact_argument(argument, secrets))
    return redacted


def _redact_argument(argument, secrets):
    name, equals, value = argument.partition("=")
    if equals and name in secrets:
        return f"{name}={REDACTED}"
    if not equals or not (is_secret_name(name) or PARAMETER.search(normalize_name(name))):
        return redact_text(argument)
    return f"{redact_text(name)}={redact_text(value) if _is_plain(name, value) else REDACTED}"


def redact_text(text):
    """A message of Spark's or of a user's code. The time that it takes grows with its length only."""
    for secret in TEXTS:
        text = secret.sub(rf"\1{REDACTED}", text)
    parts = []
    at = 0
    found = NAME.search(text)
    while found:
        end = found.end()
        secret = len(found.group(1)) >= SHORTEST_NAME and _find_secret(text, found.group(1), end)
        if secret:
            parts += [text[at : secret[0]], REDACTED]
            at = end = secret[1]
        found = NAME.search(text, end)
    return "".join(parts) + text[at:]


def normalize_name(name):
    """A name's words in small letters between underscores: `trustStorePassword` is `_trust_store_password_`."""
    if len(name) > 2 * LONGEST_NAME:
        name = f"{name[:LONGEST_NAME]}.{name[-LONGEST_NAME:]}"
    return re.sub("[^a-z0-9]+", "_", f"_{WORD_STARTS.sub('_', name).lower()}_")


def is_secret_name(name):
    normalized = normalize_name(name)
    return bool(SECRET_NAME.search(normalized) and SECRET_NAME.search(PLAIN_NAME.sub("_", normalized)))


def _is_plain(name, value):
    if len(value) > LONGEST_PLAIN_VALUE:
        return False
    return value == "" or bool(PLAIN_VALUE.fullmatch(value) or PLAIN_PAIR.match(f"{name}={value}"))


def _is_speech(text, name_start, end):
    """Whether a name and the word behind it are part of a sentence: `unexpected token: SELECT`."""
    if end - name_start > LONGEST_PLAIN_VALUE:
        return False
    before_name = text[max(0, name_start - LONGEST_WORD_BEFORE) : name_start]
    from_name = text[name_start:end]
    return any(before.search(before_name) and rest.search(from_name) for before, rest in PLAIN_SPEECH)


def _find_secret(text, name, name_end):
    """(start, end) of the secret that a name before `name_end` stands before, or None."""
    normalized = normalize_name(name)
    is_parameter = PARAMETER.search(normalized) is not None
    if not is_parameter and not is_secret_name(name):
        return None
    name_start = name_end - len(name)
    kind, start = _find_separator(text, name, normalized, name_start, is_parameter)
    if start is None:
        return None
    quoted = _find_quoted(text, start)
    end = quoted[2] if quoted else _match_end(VALUES.get(kind, VALUE), text, start) or start
    if _is_plain(name, text[quoted[0] : quoted[1]] if quoted else text[start:end]):
        return None
    if _is_speech(text, name_start, end):
        return None
    if not quoted and TO_LINE_END.search(normalized):
        end = max(end, _line_end(text, start, text[max(0, name_start - 1) : name_start]))
    return start, end


def _find_separator(text, name, normalized, name_start, is_parameter):
    """What stands between a name and its value, by its kind, and where the value begins; (None, None) for none."""
    name_end = name_start + len(name)
    # A user's name in an address, whose password is hidden already.
    if text[max(0, name_start - 3) : name_start] == "://":
        return None, None
    for kind in ["sign"] if is_parameter else _separators_of(text, name, normalized, name_start):
        end = _match_end(SEPARATORS[kind], text, name_end)
        if end is not None and (not is_parameter or re.search("[=dD]", text[name_end:end])):
            return kind, end
    return None, None


def _separators_of(text, name, normalized, name_start):
    before = text[max(0, name_start - 2) : name_start]
    yield "sign"
    if re.search(r"\([\"']?\Z", before):
        yield "tuple"
    if before.endswith("<"):
        yield "element"
    if OPTION.fullmatch(name) and not FLAG.search(normalized):
        yield "listed"
        yield "option"
    if not NOUN.search(normalized):
        yield "quoted"


def _find_quoted(text, start):
    """(from, to, end) of a value in quotes, which may be escaped, as in JSON within JSON, or None."""
    begin = _match_end(QUOTE, text, start)
    if begin is None:
        return None
    limit = min(len(text), begin + SECRETS["longestQuoted"])
    quote = text[begin - 1]
    if quote not in "\"'":
        opening = text[start:begin]
        to = text.find(opening, begin, limit)
        return None if to == -1 else (begin, to, to + len(opening))
    depth = begin - 1 - start
    at = text.find(quote, begin, limit)
    while at != -1:
        to = at
        while to > begin and text[to - 1] == "\\":
            to -= 1
        escapes = at - to
        if escapes < depth:  # The end of what is around it.
            return begin, to, to
        if escapes % (2 * (depth + 1)) == depth:
            return begin, at - depth, at + 1
        at = text.find(quote, at + 1, limit)
    end = _line_end(text, begin, "")
    return begin, end, end


def _line_end(text, start, quote):
    return LINE_REST.get(quote, LINE_REST[""]).match(text, start).end()


def _match_end(pattern, text, at):
    match = pattern.match(text, at)
    return match.end() if match else None
