/** What the proof finds in the logs. This file imports nothing: its totals owe nothing to what they judge. */
export interface RollbackOrder {
  /** Its mark, which every name of its things holds. */
  order: string;
  adapter: string;
  /** The one target. */
  alias: string;
  /** What a write that serves the old thing has in it, and no other. */
  oldText: string;
  operationId: string;
  /** The content that the release brought. */
  quarantine: string;
  /** The write at which a worker was to die: `before table operations POST open`. */
  point?: string;
  /** ms since the epoch; undefined where it was never asked for. */
  askedAt?: number;
}

/** A write as the tables' witness saw it. */
export interface TableLine {
  at: string;
  method: string;
  /** With its key, decoded. */
  path: string;
  /** Of a transaction: the worst in it. */
  status: number;
  body: string;
}

/** A request as Resource Manager or the Foundry project saw it. */
export interface AzureLine {
  at: string;
  method: string;
  path: string;
  caller: string;
  status: number;
  body?: unknown;
  /** Whether it changed anything. */
  effect?: string;
}

/** A request as GitHub saw it. */
export interface GitHubLine {
  method: string;
  path: string;
  actor: string;
  status: number;
}

export interface RollbackKill {
  at: number;
  point: string;
  order?: string;
}

export interface RollbackEvidence {
  orders: readonly RollbackOrder[];
  tables: readonly TableLine[];
  azure: readonly AzureLine[];
  github: readonly GitHubLine[];
  kills: readonly RollbackKill[];
  /** Whom the stand-in's log names for what the proof set up. */
  setUpCaller: string;
  /** Each rollback is over within this time, however its workers died. */
  withinMs: number;
}

export interface Step {
  adapter: string;
  step: string;
  before: string;
  after: string;
}

export interface RollbackJudgement {
  /** Broken promises; empty where the proof holds. */
  problems: string[];
  /** What was not put to the proof. */
  unproven: string[];
  rollbacks: number;
  effects: number;
  /** Writes that were refused: fenced, locked, throttled. */
  refused: number;
  kills: number;
  /** From the question to the closed operation. */
  seconds: { median: number; most: number };
  steps: Step[];
}

export function judgeRollbacks(evidence: RollbackEvidence): RollbackJudgement {
  const { orders, kills, tables, azure, setUpCaller } = evidence;
  const met = new Set(kills.map(({ order = "", point }) => `${order} ${point}`));
  const judged = orders.map((order) => judgeOrder(order, evidence));
  const isMet = ({ order, point }: RollbackOrder) => met.has(`${order} ${point}`) || met.has(` ${point}`);
  const missed = orders.filter((order) => order.point !== undefined && !isMet(order));
  const took = judged.flatMap(({ ms }) => (ms === undefined ? [] : [ms])).sort((a, b) => a - b);
  const second = (ms: number | undefined) => Math.round((ms ?? 0) / 100) / 10;
  const refusedHere = azure.filter(
    ({ caller, status, method }) => method !== "GET" && caller !== setUpCaller && status >= 400,
  );
  return {
    problems: judged.flatMap(({ problems }) => problems),
    unproven: [
      ...(orders.length === 0 ? ["nothing was rolled back"] : []),
      ...(kills.length === 0 ? ["no worker was killed"] : []),
      ...missed.map(({ adapter, point }) => `${adapter}: no worker was killed ${point}`),
    ],
    rollbacks: orders.length,
    effects: judged.reduce((sum, { effects }) => sum + effects, 0),
    refused: refusedHere.length + tables.filter(({ status }) => status >= 400).length,
    kills: kills.length,
    seconds: { median: second(took[Math.floor(took.length / 2)]), most: second(took.at(-1)) },
    steps: stepsOf(orders, judged, new Set(missed)),
  };
}

/** One judgement of proofs that had houses of their own. */
export function allRollbacks(parts: readonly RollbackJudgement[]): RollbackJudgement {
  const sum = (of: (part: RollbackJudgement) => number) => parts.reduce((total, part) => total + of(part), 0);
  const unproven = parts.flatMap((part) => part.unproven);
  const byStep = new Map<string, Step>();
  for (const step of parts.flatMap((part) => part.steps)) {
    const key = `${step.adapter} ${step.step}`;
    const known = byStep.get(key) ?? { ...step, before: "", after: "" };
    byStep.set(key, { ...known, before: known.before || step.before, after: known.after || step.after });
  }
  return {
    problems: parts.flatMap(({ problems }) => problems),
    unproven: parts.length === 0 ? ["nothing was put to the proof"] : unproven,
    rollbacks: sum(({ rollbacks }) => rollbacks),
    effects: sum(({ effects }) => effects),
    refused: sum(({ refused }) => refused),
    kills: sum(({ kills }) => kills),
    seconds: {
      median: Math.max(0, ...parts.map(({ seconds }) => seconds.median)),
      most: Math.max(0, ...parts.map(({ seconds }) => seconds.most)),
    },
    steps: [...byStep.values()],
  };
}

function judgeOrder(order: RollbackOrder, evidence: RollbackEvidence) {
  const { adapter, askedAt, operationId } = order;
  const problems: string[] = [];
  const wrong = (what: string) =>
    problems.push(`${order.order} (${adapter}, killed ${order.point ?? "nowhere"}): ${what}`);
  const written = evidence.tables.filter(({ status }) => status < 300);

  const rows = written.filter((line) => /operations(\(|$)/.test(line.path) && rowOf(line)?.startsWith("operation:"));
  const own = rows.filter((line) => rowOf(line) === `operation:${operationId}`);
  const begun = written.filter(({ method }) => method === "POST").flatMap(begunIn);
  const [other] = begun.filter((id) => id.includes(order.order) && id !== operationId);
  if (other !== undefined) wrong(`there is another operation, ${other}`);
  const times = begun.filter((id) => id === operationId).length;
  if (times !== 1) wrong(`its operation was begun ${times} times, not once`);
  const states = own.map(({ at, body }) => ({ at, ...stateOf(body) }));
  const last = states.at(-1);
  if (last?.stage !== "closed") wrong(`its operation was left ${last?.stage ?? "nowhere"}`);
  else if (last.outcome !== "rolledBack") wrong(`it ended ${last.outcome}: ${last.reason ?? ""}`);
  if (states.filter(({ stage }) => stage === "closed").length > 1) wrong("its operation was closed again");
  const ms = last?.stage === "closed" && askedAt !== undefined ? Date.parse(last.at) - askedAt : undefined;
  if (ms !== undefined && ms > evidence.withinMs) wrong(`it took ${Math.round(ms / 1000)} s`);

  const effects = effectsOn(order, evidence, written);
  if (effects.length !== 1) wrong(`its target was changed ${effects.length} times, not once`);
  const served = effects.at(-1);
  if (served !== undefined && !served.includes(order.oldText)) wrong("its target does not serve what it served before");
  const quarantined = written.some(
    ({ path, body }) => path.includes("$batch") && decoded(body).includes(`quarantine:${order.quarantine}`),
  );
  if (!quarantined) wrong("what it brought is not quarantined");
  for (const [what, made] of toldOf(order, evidence.github)) {
    if (made !== 1) wrong(`${made} ${what} were made, not one`);
  }
  return { problems, effects: effects.length, ms };
}

/** The bodies of the writes that changed what the target serves; a refused one changed nothing. */
function effectsOn(
  { adapter, alias }: RollbackOrder,
  evidence: RollbackEvidence,
  written: readonly TableLine[],
): string[] {
  if (adapter === "agent" || adapter === "inPlace") {
    const place = new RegExp(`/(agents|deployments)/${alias}(\\?|$)`);
    return evidence.azure
      .filter(({ method, path, caller }) => method !== "GET" && caller !== evidence.setUpCaller && place.test(path))
      .filter(({ status, effect }) => status < 300 && effect !== undefined)
      .map(({ body }) => JSON.stringify(body ?? {}));
  }
  return written
    .filter((line) => /routes(\(|$)/.test(line.path) && rowOf(line)?.endsWith(`:${alias}`))
    .map(({ body }) => body);
}

/** How many of each thing that people are told by were made in the order's repository. */
function toldOf({ order }: RollbackOrder, github: readonly GitHubLine[]): [string, number][] {
  const made = github.filter(
    ({ method, path, actor, status }) =>
      method === "POST" && status === 201 && actor === "installation" && path.includes(`/${order}/`),
  );
  const count = (resource: string) => made.filter(({ path }) => path.endsWith(`/${order}/${resource}`)).length;
  return [
    ["checks", count("check-runs")],
    ["issues", count("issues")],
    ["pull requests", count("pulls")],
  ];
}

function rowOf({ path, body }: TableLine): string | undefined {
  const named = /RowKey='([^']*)'/.exec(path)?.[1];
  return named ?? /"RowKey":"([^"]*)"/.exec(body)?.[1];
}

/** The operations whose rows a transaction makes; what it changes it names in a path. */
function begunIn({ body }: TableLine): string[] {
  return [...body.matchAll(/"RowKey":"operation:([^"]+)"/g)].map(([, id]) => id ?? "");
}

function stateOf(body: string): { stage?: string; outcome?: string; reason?: string } {
  return body === "" ? {} : JSON.parse(body);
}

function decoded(text: string): string {
  return text.replaceAll(/%3A/gi, ":");
}

function stepsOf(
  orders: readonly RollbackOrder[],
  judged: readonly { problems: readonly string[]; effects: number }[],
  missed: ReadonlySet<RollbackOrder>,
): Step[] {
  const steps = new Map<string, Step>();
  for (const [index, order] of orders.entries()) {
    const [, when, step] = /^(before|after) (.*)$/s.exec(order.point ?? "") ?? [];
    if (!when || !step) continue;
    const { problems = [], effects = 0 } = judged[index] ?? {};
    const result = missed.has(order) ? "not met" : problems.length > 0 ? "broken" : `${effects} effect`;
    const key = `${order.adapter} ${step}`;
    steps.set(key, { ...(steps.get(key) ?? { adapter: order.adapter, step, before: "", after: "" }), [when]: result });
  }
  return [...steps.values()];
}
