"""Assay's client, one file of the standard library alone: copy it.

It reads routes from Assay, resolves and renders in your process, and keeps the last good document on disk for when Assay
cannot be reached. `vectors.json` holds it and `assay.ts` to the same answers. Python 3.9 or later.
"""

import base64
import contextlib
import datetime
import hashlib
import http.client
import json
import math
import os
import re
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

_TEXT_FIELDS = ("tenant", "tier", "feature", "locale", "budgetState")
_STICKY_KEYS = {
    "conversation": ("conversationId", "requestId"),
    "tenant": ("tenant", "conversationId", "requestId"),
    "none": ("requestId",),
}


def bucket_of(salt, key):
    """Where a key falls between 0 and 1: the first 53 bits of the SHA-256 of salt, line feed and key, over 2**53."""
    # Half of a surrogate pair becomes U+FFFD, as JavaScript encodes it.
    text = f"{salt}\n{key}".encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    digest = hashlib.sha256(text.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def resolve(route, digest, context):
    """The target of a request: the first rule of which every condition holds, or else the default."""
    rule = next((own for own in route["rules"] if _matches(own["when"], context)), None)
    branch = rule or route["default"]
    name = rule["id"] if rule else "default"
    if "off" in branch:
        return {"route": route["name"], "digest": digest, "rule": name, "off": branch["off"]}
    target, arm = _draw(f"{route['name']}/{name}", branch["pick"], context)
    tried = set()
    chain = []
    for entry in branch["fallback"]:
        after = [] if entry["target"] == target else [r for r in entry["on"] if (r, entry["target"]) not in tried]
        tried.update((reason, entry["target"]) for reason in after)
        if after:
            chain.append({"target": _named(route, entry["target"]), "on": after})
    return {
        "route": route["name"],
        "digest": digest,
        "rule": name,
        "arm": arm,
        "target": _named(route, target),
        "fallback": chain,
    }


def resolve_overridden(route, digest, context, override, now):
    """As `resolve`, heeding an operator's override; one that is over, of another feature or to an unknown target is none.

    A route that is switched off names no target: its decision has `off`, with the `answer` to give.
    """
    decision = resolve(route, digest, context)
    if not override or datetime.datetime.fromisoformat(override["until"].replace("Z", "+00:00")) <= now:
        return decision
    if override.get("feature") not in (None, context.get("feature")):
        return decision
    if override["kind"] == "off":
        return {"route": decision["route"], "digest": digest, "rule": decision["rule"], "off": override}
    if override["target"] not in route["targets"]:
        return decision
    decision = {key: decision[key] for key in ("route", "digest", "rule")}
    forced = {"arm": "forced", "target": _named(route, override["target"]), "fallback": []}
    return {**decision, **forced, "override": override}


def parameters_of(prompt, target):
    """A target's parameters win over the prompt's own, one by one."""
    return {**prompt.get("parameters", {}), **target.get("parameters", {})}


def _named(route, name):
    if name not in route["targets"]:
        raise LookupError(f"the route {route['name']} has no target {name}")
    return {"name": name, **route["targets"][name]}


def _matches(when, context):
    for field in _TEXT_FIELDS:
        if field in when and (context.get(field) is None or not _fulfils(field, when[field], context[field])):
            return False
    size = when.get("promptTokens")
    if size is None:
        return True
    got = context.get("promptTokens")
    return got is not None and size.get("atLeast", 0) <= got < size.get("below", math.inf)


def _fulfils(field, wanted, got):
    def is_one(values):
        if field != "locale":
            return got in values
        own = _tag(got)
        return any(own == _tag(value) or own.startswith(_tag(value) + "-") for value in values)

    return is_one(wanted["in"]) if "in" in wanted else not is_one(wanted["notIn"])


def _tag(text):
    return text.lower().replace("_", "-")


def _draw(place, pick, context):
    live = [entry for entry in pick["targets"] if entry["weight"] > 0]
    # max gives the first of equals.
    heaviest = max(live, key=lambda entry: entry["weight"])["target"] if live else ""
    canary = pick.get("canary")
    percent = canary["percent"] if canary else 0
    if len(live) < 2 and percent <= 0:
        return heaviest, "only"
    keys = (context.get(by) for by in _STICKY_KEYS[pick["sticky"]])
    key = next((value for value in keys if value is not None), None)
    if key is None:
        return heaviest, "heaviest"
    if percent > 0 and bucket_of(canary["salt"], key) * 100 < percent:
        return canary["target"], "canary"
    if len(live) < 2:
        return heaviest, "only"
    point = bucket_of(f"{place}/targets", key) * sum(entry["weight"] for entry in live)
    passed = 0
    for entry in live:
        passed += entry["weight"]
        if point < passed:
            return entry["target"], "weighted"
    return live[-1]["target"], "weighted"


class RenderError(ValueError):
    """Inputs or templates that cannot be rendered: `inputs` names them, "" for a template."""

    def __init__(self, problems):
        super().__init__("; ".join(message for _, message in problems))
        self.inputs = [name for name, _ in problems]


def render(prompt, given):
    """A prompt's messages with these inputs. A value is put in once and never read as a template again."""
    problems = []
    values = {}
    for name, declared in prompt["inputs"].items():
        text = _input_text(declared, given.get(name))
        if text is None:
            problems.append((name, f"input {name} is missing, or not as it is declared"))
        else:
            values[name] = text
    messages = []
    for message in prompt["messages"]:
        parts = _template_parts(message["template"])
        if any(kind == "problem" for kind, _ in parts):
            problems.append(("", f"{message['role']}: the template has more than {{{{name}}}}"))
        texts = []
        for kind, text in parts:
            if kind == "name" and text not in prompt["inputs"]:
                problems.append((text, f"{text} is not a declared input"))
            texts.append(text if kind == "text" else values.get(text, "") if kind == "name" else "")
        messages.append({"role": message["role"], "content": "".join(texts)})
    if problems:
        raise RenderError(problems)
    return messages


def render_value(value):
    """Text as it is; None as nothing; a list as its items with an empty line between; all else as canonical JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n\n".join(render_value(item) for item in value)
    return canonical_json(value)


def canonical_json(value):
    """JSON without whitespace, with sorted keys, and with numbers as JavaScript writes them."""
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: _key_order(item[0]))
        return "{" + ",".join(f"{_json_text(key)}:{canonical_json(item)}" for key, item in items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if isinstance(value, str):
        return _json_text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return _number(value)


def _key_order(key):
    # JavaScript keeps array indices before all other keys, and the others by UTF-16 code units.
    if re.fullmatch(r"0|[1-9][0-9]{0,9}", key) and int(key) < 2**32 - 1:
        return (0, int(key), b"")
    return (1, 0, key.encode("utf-16-be", "surrogatepass"))


def _json_text(text):
    escaped = json.dumps(text, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", escaped)


def _number(value):
    try:
        number = float(value)
    except OverflowError:
        return "null"
    if not math.isfinite(number):
        return "null"
    if number == 0:
        return "0"
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, part = mantissa.partition(".")
    part = "" if part == "0" and not exponent else part
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0") or "0"
    sign = "-" if number < 0 else ""
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _input_text(declared, given):
    value = declared.get("default") if given is None else given
    if value is None:
        return "" if declared.get("required") is False else None
    found, typed = _of_type(declared.get("type", "string"), value)
    if not found:
        return None
    if "enum" in declared and not any(_same(allowed, typed) for allowed in declared["enum"]):
        return None
    text = value if isinstance(value, str) and not isinstance(typed, (list, dict)) else render_value(typed)
    return None if "maxLength" in declared and len(text) > declared["maxLength"] else text


def _of_type(kind, value):
    if kind == "any":
        return True, value
    if kind == "string":
        return isinstance(value, str), value
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_constant=_refuse)
        except ValueError:
            return False, None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    kinds = {"number": is_number, "boolean": isinstance(value, bool)}
    kinds.update(list=isinstance(value, list), object=isinstance(value, dict))
    return kinds[kind], value


def _refuse(name):
    raise ValueError(f"{name} is no JSON")


def _same(one, other):
    return isinstance(one, bool) == isinstance(other, bool) and isinstance(one, str) == isinstance(other, str) and one == other


_SPACES = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_OPENING = re.compile(r"\\?\{[{%]")
_PLACEHOLDER = re.compile(r"\{\{(?![{#>/^&!])([^}]{0,156}?)\}\}")
_NAME = re.compile(r"(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}")


def _template_parts(template):
    parts = []
    at = 0
    while (opening := _OPENING.search(template, at)) is not None:
        parts.append(("text", template[at : opening.start()]))
        at = opening.end()
        if opening.group().startswith("\\"):
            parts.append(("text", opening.group()[1:]))
            continue
        placeholder = _PLACEHOLDER.match(template, opening.start())
        name = placeholder.group(1).strip(_SPACES) if placeholder else ""
        parts.append(("name", name) if _NAME.fullmatch(name) else ("problem", ""))
        if placeholder:
            at = placeholder.end()
    parts.append(("text", template[at:]))
    return parts


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key is for one address alone."""

    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


class RouteClient:
    """Routes and prompts of one repository. `fresh` seconds long a document is not asked for again."""

    def __init__(self, url, folder, key=None, repository=None, fresh=15.0, timeout=2.0):
        self._url = url.rstrip("/")
        self._folder = folder
        self._key = key
        self._repository = repository
        self._fresh = fresh
        self._timeout = timeout
        self._held = {}

    def route(self, name):
        """{digest, document, source}; source is `kept` where Assay could not be asked, and `why` says what happened.

        `unkept` says why it could not be written to disk: a new process has nothing then while Assay is down; it is tried again.
        """
        found = self._look("routes", name)
        override = {"override": found["override"]} if found.get("override") else {}
        return {"digest": found["digest"], "document": found["document"], **override, **_source(found)}

    def prompt(self, name):
        """{promptDigest, document, source}: what `prod` is given."""
        found = self._look("prompts", name)
        return {"promptDigest": found["document"]["digest"], "document": found["document"], **_source(found)}

    def _look(self, kind, name):
        """After a failure, too, nobody asks again before `fresh`: a slow Assay slows one request in many."""
        known = self._held.get((kind, name)) or self._kept(kind, name)
        if known and time.monotonic() - known["asked"] < self._fresh:
            return known
        try:
            found = self._ask(kind, name, known)
        except (OSError, ValueError, http.client.HTTPException) as error:
            if not known:
                raise
            found = {**known, "asked": time.monotonic(), "why": str(error) or type(error).__name__}
        self._held[(kind, name)] = found
        return found

    def resolve(self, name, context):
        request_id = context.get("requestId") or str(uuid.uuid4())
        found = self.route(name)
        now = datetime.datetime.now(datetime.timezone.utc)
        override = found.get("override")
        given = {**context, "requestId": request_id}
        decision = resolve_overridden(found["document"], found["digest"], given, override, now)
        return {**decision, "requestId": request_id, "source": found["source"]}

    def record(self, decision, context, **learned):
        """Tells Assay of a decision that was made here; again with more of it adds what was not known."""
        if context.get("requestId") is None and "requestId" in decision:
            context = {**context, "requestId": decision["requestId"]}
        override = decision.get("override") or decision.get("off")
        under = {"override": override["id"]} if override and "id" in override else {}
        body = json.dumps({"context": context, "digest": decision["digest"], **under, **learned}).encode()
        with self._open(f"routes/{urllib.parse.quote(decision['route'], safe='')}/decisions", {}, body):
            pass

    def _open(self, path, headers, body=None):
        query = "?" + urllib.parse.urlencode({"repository": self._repository}) if self._repository else ""
        if self._key:
            headers = {**headers, "x-functions-key": self._key}
        if body is not None:
            headers = {**headers, "content-type": "application/json"}
        request = urllib.request.Request(f"{self._url}/api/{path}{query}", data=body, headers=headers)
        return _OPENER.open(request, timeout=self._timeout)

    def _ask(self, kind, name, known):
        headers = {"if-none-match": f'"{known["digest"]}"'} if known else {}
        try:
            with self._open(f"{kind}/{urllib.parse.quote(name, safe='')}", headers) as response:
                body, tag = response.read(), response.headers.get("etag") or ""
                override = _override(response.headers)
        except urllib.error.HTTPError as error:
            if error.code == 304 and known:
                override = _override(error.headers)
                is_kept = override == known.get("override") and "unkept" not in known
                kept = {} if is_kept else self._keep(kind, name, known["text"], override)
                fresh = {key: known[key] for key in ("digest", "text", "document")}
                return {**fresh, "override": override, **kept, "asked": time.monotonic()}
            raise
        digest = hashlib.sha256(body).hexdigest()
        if digest not in tag:
            raise ValueError("the document is not the one that its ETag names")
        text = body.decode()
        document = json.loads(text)
        kept = self._keep(kind, name, text, override)
        found = {"digest": digest, "text": text, "document": document, "override": override}
        return {**found, **kept, "asked": time.monotonic()}

    def _keep(self, kind, name, text, override):
        """A disk that cannot be written is no reason not to heed what Assay says."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        scratch = None
        try:
            os.makedirs(self._folder, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._folder, delete=False) as scratch:
                json.dump({"digest": digest, "text": text, "override": override}, scratch)
            os.replace(scratch.name, self._file(kind, name))
            return {}
        except OSError as error:
            if scratch:
                with contextlib.suppress(OSError):
                    os.remove(scratch.name)
            return {"unkept": str(error)}

    def _kept(self, kind, name):
        """What another process, or an earlier one, kept; a file that was cut short is none."""
        try:
            with open(self._file(kind, name), encoding="utf-8") as file:
                kept = json.load(file)
            if hashlib.sha256(kept["text"].encode()).hexdigest() != kept["digest"]:
                return None
            found = {key: kept.get(key) for key in ("digest", "text", "override")}
            return {**found, "document": json.loads(kept["text"]), "asked": -math.inf}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _file(self, kind, name):
        own = name if kind == "routes" else f"{kind}/{name}"
        digest = hashlib.sha256(f"{self._url}\n{self._repository or ''}\n{own}".encode()).hexdigest()
        return os.path.join(self._folder, f"{digest}.json")


def _override(headers):
    said = headers.get("assay-override")
    return json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))) if said else None


def _source(found):
    source = {"source": "kept", "why": found["why"]} if "why" in found else {"source": "live"}
    return {**source, "unkept": found["unkept"]} if "unkept" in found else source


def annotate(span, decision=None, prompt_digest=None, release=None, inputs=None):
    """Names on an OpenTelemetry span what its call was made by; `inputs` are those that may be shown there."""
    if prompt_digest:
        span.set_attribute("assay.prompt.digest", prompt_digest)
    if release:
        span.set_attribute("assay.release", release)
    if decision:
        target = "off" if "off" in decision else decision["target"]["name"]
        name = f"{decision['route']}@{decision['digest']}/{decision['rule']}/{target}"
        span.set_attribute("assay.decision", name)
    for key, value in (inputs or {}).items():
        span.set_attribute(f"assay.input.{key}", render_value(value))
