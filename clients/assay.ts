/**
 * Assay's client, one file without dependencies: copy it. It reads routes and prompts from Assay, resolves and renders in your process,
 * and keeps the last good document on disk for when Assay cannot be reached. `vectors.json` holds it and `assay.py` to the
 * same answers. Node 20 or later.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Condition = { in: string[] } | { notIn: string[] };
type TextField = "tenant" | "tier" | "feature" | "locale" | "budgetState";
/** What is known of a request; what is absent fulfils no condition. */
export type RouteContext = { [field in TextField | "conversationId" | "requestId"]?: string | undefined } & {
  promptTokens?: number | undefined;
};
interface RoutePick {
  targets: { target: string; weight: number }[];
  sticky: "conversation" | "tenant" | "none";
  canary?: { target: string; percent: number; salt: string };
}
interface Branch {
  pick: RoutePick;
  /** Switched off: nothing is called, and every request gets this answer. */
  off?: { answer: string };
  fallback: { target: string; on: string[] }[];
}
export interface Target {
  deployment: string;
  model: string;
  version: string;
  parameters: Record<string, unknown>;
}
/** A served document; more keys than these are there. */
export interface RouteDocument {
  name: string;
  targets: Record<string, Target>;
  rules: (Branch & {
    id: string;
    when: Partial<Record<TextField, Condition>> & { promptTokens?: { atLeast?: number; below?: number } };
  })[];
  default: Branch;
}
export interface Decision {
  route: string;
  digest: string;
  /** The rule's id, or `default`. */
  rule: string;
  arm: "only" | "canary" | "weighted" | "heaviest" | "forced";
  target: Target & { name: string };
  /** What to try after an error of these classes, in order. */
  fallback: { target: Target & { name: string }; on: string[] }[];
}

/** What an operator said of a route, above its rules: every request to one target, or none to any. */
export type Override = {
  id: string;
  /** For requests of this feature alone. */
  feature?: string | undefined;
  reason: string;
  by: string;
  /** Nobody heeds it from then on. */
  until: string;
} & ({ kind: "target"; target: string } | { kind: "off"; answer: string });
/** A route that is switched off names no target: give its answer, and call no model. */
export type SwitchedOff = Pick<Decision, "route" | "digest" | "rule"> & {
  /** By its own rule, or by an operator, whose override it then is. */
  off: { answer: string; id?: undefined } | (Override & { kind: "off" });
  target?: undefined;
};
export type Resolved = (Decision & { override?: Override; off?: undefined }) | SwitchedOff;

const textFields: readonly TextField[] = ["tenant", "tier", "feature", "locale", "budgetState"];

/** Where a key falls between 0 and 1: the first 53 bits of the SHA-256 of salt, line feed and key, over 2^53. */
export function bucketOf(salt: string, key: string): number {
  const digest = createHash("sha256").update(`${salt}\n${key}`).digest();
  return Number(digest.readBigUInt64BE() >> 11n) / 2 ** 53;
}

/** The target of a request: the first rule of which every condition holds, or else the default. */
export function resolve(route: RouteDocument, digest: string, context: RouteContext): Resolved {
  const rule = route.rules.find(({ when }) => matches(when, context));
  const { pick, off, fallback }: Branch = rule ?? route.default;
  const id = rule?.id ?? "default";
  if (off) return { route: route.name, digest, rule: id, off };
  const { target, arm } = draw(`${route.name}/${id}`, pick, context);
  const tried = new Set<string>();
  const chain = fallback.flatMap((next) => {
    const on = next.target === target ? [] : next.on.filter((reason) => !tried.has(`${reason} ${next.target}`));
    for (const reason of on) tried.add(`${reason} ${next.target}`);
    return on.length > 0 ? [{ target: named(route, next.target), on }] : [];
  });
  return { route: route.name, digest, rule: id, arm, target: named(route, target), fallback: chain };
}

/** As `resolve`, heeding an operator's override; one that is over, of another feature or to an unknown target is none. */
export function resolveOverridden(
  route: RouteDocument,
  digest: string,
  context: RouteContext,
  override: Override | undefined,
  now: Date,
): Resolved {
  const decision = resolve(route, digest, context);
  if (!override || !(Date.parse(override.until) > now.getTime())) return decision;
  if (override.feature !== undefined && override.feature !== context.feature) return decision;
  if (override.kind === "off") return { route: decision.route, digest, rule: decision.rule, off: override };
  if (!Object.hasOwn(route.targets, override.target)) return decision;
  const { rule } = decision;
  const target = named(route, override.target);
  return { route: route.name, digest, rule, arm: "forced", target, fallback: [], override };
}

/** A target's parameters win over the prompt's own, one by one. */
export function parametersOf(
  prompt: { parameters?: Record<string, unknown> },
  target: { parameters?: Record<string, unknown> },
): Record<string, unknown> {
  return { ...prompt.parameters, ...target.parameters };
}

function named(route: RouteDocument, name: string): Target & { name: string } {
  const target = Object.hasOwn(route.targets, name) ? route.targets[name] : undefined;
  if (!target) throw new TypeError(`the route ${route.name} has no target ${name}`);
  return { name, ...target };
}

function matches(when: RouteDocument["rules"][number]["when"], context: RouteContext): boolean {
  for (const field of textFields) {
    const wanted = when[field];
    if (wanted === undefined) continue;
    const got = context[field];
    if (got === undefined || !fulfils(field, wanted, got)) return false;
  }
  const size = when.promptTokens;
  const got = context.promptTokens;
  if (size === undefined) return true;
  return got !== undefined && got >= (size.atLeast ?? 0) && got < (size.below ?? Number.POSITIVE_INFINITY);
}

function fulfils(field: TextField, wanted: Condition, got: string): boolean {
  const tag = (text: string) => text.toLowerCase().replaceAll("_", "-");
  const isOne = (values: readonly string[]) =>
    field === "locale"
      ? values.some((value) => tag(got) === tag(value) || tag(got).startsWith(`${tag(value)}-`))
      : values.includes(got);
  return "in" in wanted ? isOne(wanted.in) : !isOne(wanted.notIn);
}

const stickyKeys = {
  conversation: ["conversationId", "requestId"],
  tenant: ["tenant", "conversationId", "requestId"],
  none: ["requestId"],
} as const;

function draw(place: string, { targets, sticky, canary }: RoutePick, context: RouteContext) {
  const live = targets.filter(({ weight }) => weight > 0);
  const heaviest = live.reduce(
    (most, next) => (next.weight > most.weight ? next : most),
    live[0] ?? { target: "", weight: 0 },
  );
  const percent = canary?.percent ?? 0;
  const only = { target: heaviest.target, arm: "only" as const };
  if (live.length < 2 && percent <= 0) return only;
  const key = stickyKeys[sticky].map((by) => context[by]).find((value) => value !== undefined);
  if (key === undefined) return { target: heaviest.target, arm: "heaviest" as const };
  if (canary && percent > 0 && bucketOf(canary.salt, key) * 100 < percent)
    return { target: canary.target, arm: "canary" as const };
  if (live.length < 2) return only;
  const point = bucketOf(`${place}/targets`, key) * live.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  const drawn =
    live.find(({ weight }) => {
      passed += weight;
      return point < passed;
    }) ?? live.at(-1);
  return { target: drawn?.target ?? "", arm: "weighted" as const };
}

export type InputValue = string | number | boolean | null | InputValue[] | { [key: string]: InputValue };
export interface PromptInput {
  type?: "string" | "number" | "boolean" | "list" | "object" | "any";
  required?: boolean;
  default?: InputValue;
  enum?: (string | number | boolean)[];
  maxLength?: number;
}
export interface PromptDocument {
  inputs: Record<string, PromptInput>;
  messages: { role: string; template: string }[];
}
/** A served prompt; more keys than these are there. */
export interface ServedPrompt extends PromptDocument {
  name: string;
  /** The prompt's own: what releases and decisions name. */
  digest: string;
  parameters: Record<string, unknown>;
}
/** Inputs or templates that cannot be rendered: `inputs` names them, "" for a template. */
export class RenderError extends Error {
  override name = "RenderError";
  readonly inputs: string[];
  constructor(problems: readonly [input: string, message: string][]) {
    super(problems.map(([, message]) => message).join("; "));
    this.inputs = problems.map(([input]) => input);
  }
}

/** A prompt's messages with these inputs. A value is put in once and never read as a template again. */
export function render(prompt: PromptDocument, given: Record<string, InputValue>): { role: string; content: string }[] {
  const problems: [string, string][] = [];
  const values = new Map<string, string>();
  for (const [name, declared] of Object.entries(prompt.inputs)) {
    const text = inputText(declared, Object.hasOwn(given, name) ? given[name] : undefined);
    if (text === undefined) problems.push([name, `input ${name} is missing, or not as it is declared`]);
    else values.set(name, text);
  }
  const messages = prompt.messages.map(({ role, template }) => {
    const parts = templateParts(template);
    if (parts.some((part) => "problem" in part)) problems.push(["", `${role}: the template has more than {{name}}`]);
    const texts = parts.map((part) => {
      if ("text" in part) return part.text;
      if (!("name" in part)) return "";
      if (!Object.hasOwn(prompt.inputs, part.name)) problems.push([part.name, `${part.name} is not a declared input`]);
      return values.get(part.name) ?? "";
    });
    return { role, content: texts.join("") };
  });
  if (problems.length > 0) throw new RenderError(problems);
  return messages;
}

/** Text as it is; null as nothing; a list as its items with an empty line between; all else as canonical JSON. */
export function renderValue(value: InputValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(renderValue).join("\n\n");
  return canonicalJson(value);
}

/** JSON without whitespace and with sorted keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function inputText(declared: PromptInput, given: InputValue | undefined): string | undefined {
  const value = given ?? declared.default ?? null;
  if (value === null) return declared.required === false ? "" : undefined;
  const typed = ofType(declared.type ?? "string", value);
  if (typed === undefined) return undefined;
  if (declared.enum && !declared.enum.some((allowed) => allowed === typed)) return undefined;
  const text = typeof value === "string" && (typeof typed !== "object" || typed === null) ? value : renderValue(typed);
  return declared.maxLength !== undefined && [...text].length > declared.maxLength ? undefined : text;
}

function ofType(type: NonNullable<PromptInput["type"]>, value: InputValue): InputValue | undefined {
  if (type === "any") return value;
  if (type === "string") return typeof value === "string" ? value : undefined;
  let read: InputValue = value;
  if (typeof value === "string") {
    try {
      read = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  const kind = Array.isArray(read) ? "list" : read === null ? "null" : typeof read;
  return kind === type ? read : undefined;
}

type Part = { text: string } | { name: string } | { problem: true };

function templateParts(template: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let open = find(0); open; open = find(at)) {
    parts.push({ text: template.slice(at, open.index) });
    at = open.index + open[0].length;
    if (open[0].startsWith("\\")) parts.push({ text: open[0].slice(1) });
    else {
      const placeholder = /^\{\{(?![{#>/^&!])([^}]{0,156}?)\}\}/.exec(template.slice(open.index));
      const name = placeholder?.[1]?.trim() ?? "";
      const isName = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name);
      parts.push(isName ? { name } : { problem: true });
      if (placeholder) at = open.index + placeholder[0].length;
    }
  }
  return [...parts, { text: template.slice(at) }];

  function find(from: number): RegExpExecArray | null {
    const opening = /\\?\{[{%]/g;
    opening.lastIndex = from;
    return opening.exec(template);
  }
}

export interface ClientOptions {
  /** Assay's address, e.g. https://NAME.azurewebsites.net. */
  url: string;
  /** A function key. */
  key?: string;
  /** owner/name; needed where Assay serves more than one repository. */
  repository?: string;
  /** Where the last good documents are kept. */
  folder: string;
  /** Milliseconds for which a document is not asked for again: how long a route that is taken back lives on here. */
  freshMs?: number;
  timeoutMs?: number;
}

interface Held<T> {
  /** sha256 of its bytes. */
  digest: string;
  text: string;
  document: T;
  override?: Override;
  /** Of a clock that nobody sets back. */
  askedAt: number;
  /** Why it could not be asked for, the last time. */
  why?: string;
  /** Why it could not be kept on disk. */
  unkept?: string;
}

/** A decision as far as Assay has to know it. */
export type Decided = Pick<Decision, "route" | "digest"> & {
  /** Of `resolve`: what the draw may have been by, and what finds it again; told where the context has none. */
  requestId?: string;
  override?: Override;
  off?: { id?: string | undefined } | undefined;
};
/**
 * `kept`: Assay could not be asked, and this is what was good last; `why` says what happened. `unkept`: it could not be written
 * to disk, so a new process has nothing while Assay is down; it is tried again.
 */
type Source = { source: "live" | "kept"; why?: string; unkept?: string };
export interface RouteClient {
  /** What `prod` is given. */
  prompt(name: string): Promise<{ promptDigest: string; document: ServedPrompt } & Source>;
  route(name: string): Promise<{ digest: string; document: RouteDocument; override?: Override } & Source>;
  resolve(name: string, context: RouteContext): Promise<Resolved & { requestId: string; source: "live" | "kept" }>;
  /** Tells Assay of a decision that was made here; again with more of it adds what was not known. Rejects where it is refused. */
  record(decision: Decided, context: RouteContext, learned?: Learned): Promise<void>;
}
export interface Learned {
  operationId?: string;
  responseId?: string;
  apimRequestId?: string;
  servedModel?: string;
  prompt?: { name?: string; digest: string };
  release?: string;
}

export function createRouteClient(options: ClientOptions): RouteClient {
  const { url, key, repository, folder, freshMs = 15_000, timeoutMs = 2_000 } = options;
  const base = url.replace(/\/+$/, "");
  // The key is for this address alone.
  const redirect = "error";
  const headers: Record<string, string> = key ? { "x-functions-key": key } : {};
  const address = (path: string) => {
    const full = new URL(`${base}/api/${path}`);
    if (repository) full.searchParams.set("repository", repository);
    return full;
  };
  const routes = createDocuments<RouteDocument>("routes");
  const prompts = createDocuments<ServedPrompt>("prompts");
  const sourceOf = ({ why, unkept }: Held<unknown>): Source => ({
    ...(why === undefined ? { source: "live" } : { source: "kept", why }),
    ...(unkept === undefined ? {} : { unkept }),
  });
  const overrideOf = ({ override }: Held<unknown>) => (override ? { override } : {});
  const self: RouteClient = {
    async prompt(name) {
      const found = await prompts(name);
      return { promptDigest: found.document.digest, document: found.document, ...sourceOf(found) };
    },
    async route(name) {
      const found = await routes(name);
      return { digest: found.digest, document: found.document, ...overrideOf(found), ...sourceOf(found) };
    },
    async resolve(name, context) {
      const requestId = context.requestId ?? randomUUID();
      const { document, digest, override, source } = await self.route(name);
      const decision = resolveOverridden(document, digest, { ...context, requestId }, override, new Date());
      return { ...decision, requestId, source };
    },
    async record({ route, digest, override, off, requestId }, context, learned = {}) {
      const told = context.requestId === undefined ? { ...context, requestId } : context;
      const response = await fetch(address(`routes/${encodeURIComponent(route)}/decisions`), {
        method: "POST",
        redirect,
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ context: told, digest, override: (override ?? off)?.id, ...learned }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (!response.ok) throw new Error(`Assay answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
    },
  };
  return self;

  /** Documents of one kind by their name; each is asked for by one caller at a time. */
  function createDocuments<T>(kind: "routes" | "prompts"): (name: string) => Promise<Held<T>> {
    const held = new Map<string, Held<T>>();
    const asking = new Map<string, Promise<Held<T>>>();
    const fileOf = (name: string) => {
      const own = kind === "routes" ? name : `${kind}/${name}`;
      return join(
        folder,
        `${createHash("sha256")
          .update(`${base}\n${repository ?? ""}\n${own}`)
          .digest("hex")}.json`,
      );
    };
    return (name) => {
      const looking = asking.get(name) ?? look(name).finally(() => asking.delete(name));
      asking.set(name, looking);
      return looking;
    };

    async function ask(name: string, known: Held<T> | undefined): Promise<Held<T>> {
      const response = await fetch(address(`${kind}/${encodeURIComponent(name)}`), {
        headers: { ...headers, ...(known ? { "if-none-match": `"${known.digest}"` } : {}) },
        redirect,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const said = response.headers.get("assay-override");
      const override: Override | undefined = said ? JSON.parse(Buffer.from(said, "base64url").toString()) : undefined;
      const heeded = override ? { override } : {};
      if (response.status === 304 && known) {
        const { digest, text, document } = known;
        const isKept = override?.id === known.override?.id && known.unkept === undefined;
        const kept = isKept ? {} : await keep(name, text, override);
        return { digest, text, document, ...heeded, ...kept, askedAt: performance.now() };
      }
      const text = await response.text();
      if (response.status !== 200) throw new Error(`Assay answers ${response.status}: ${text.slice(0, 200)}`);
      const digest = createHash("sha256").update(text).digest("hex");
      if (!(response.headers.get("etag") ?? "").includes(digest))
        throw new Error("the document is not the one that its ETag names");
      const document: T = JSON.parse(text);
      const kept = await keep(name, text, override);
      return { digest, text, document, ...heeded, ...kept, askedAt: performance.now() };
    }

    /** A disk that cannot be written is no reason not to heed what Assay says. */
    async function keep(name: string, text: string, override: Override | undefined): Promise<{ unkept?: string }> {
      const digest = createHash("sha256").update(text).digest("hex");
      const scratch = `${fileOf(name)}.${randomUUID()}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(scratch, JSON.stringify({ digest, text, override }));
        await rename(scratch, fileOf(name));
        return {};
      } catch (thrown) {
        await rm(scratch, { force: true }).catch(() => undefined);
        return { unkept: thrown instanceof Error ? thrown.message : String(thrown) };
      }
    }

    /** What another process, or an earlier one, kept; a file that was cut short is none. */
    async function kept(name: string): Promise<Held<T> | undefined> {
      try {
        const { digest, text, override } = JSON.parse(await readFile(fileOf(name), "utf8"));
        if (createHash("sha256").update(text).digest("hex") !== digest) return undefined;
        return {
          digest,
          text,
          document: JSON.parse(text),
          ...(override ? { override } : {}),
          askedAt: Number.NEGATIVE_INFINITY,
        };
      } catch {
        return undefined;
      }
    }

    /** After a failure, too, nobody asks again before `freshMs`: a slow Assay slows one request in many. */
    async function look(name: string): Promise<Held<T>> {
      const known = held.get(name) ?? (await kept(name));
      if (known && performance.now() - known.askedAt < freshMs) return known;
      const found = await ask(name, known).catch((thrown: unknown) => {
        if (!known) throw thrown;
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        return { ...known, askedAt: performance.now(), why };
      });
      held.set(name, found);
      return found;
    }
  }
}

/** Names on an OpenTelemetry span what its call was made by; `inputs` are those that may be shown there. */
export function annotate(
  span: { setAttribute(name: string, value: string): unknown },
  facts: { decision?: Resolved; promptDigest?: string; release?: string; inputs?: Record<string, InputValue> },
): void {
  const { decision, promptDigest, release, inputs = {} } = facts;
  if (promptDigest) span.setAttribute("assay.prompt.digest", promptDigest);
  if (release) span.setAttribute("assay.release", release);
  if (decision)
    span.setAttribute(
      "assay.decision",
      `${decision.route}@${decision.digest}/${decision.rule}/${decision.off ? "off" : decision.target.name}`,
    );
  for (const [name, value] of Object.entries(inputs)) span.setAttribute(`assay.input.${name}`, renderValue(value));
}
