/** What the proof finds in the stand-ins' logs. This file imports nothing: its totals owe nothing to what they judge. */
export interface GitHubLine {
  at: string;
  method: string;
  path: string;
  actor: string;
  status: number;
  body?: { body?: string; head_sha?: string; conclusion?: string; name?: string };
  /** Id of what a write made or changed. */
  id?: number;
}

export interface ModelLine {
  digest: string;
  startedAt: number;
  /** Undefined where nobody took the answer. */
  endedAt: number | undefined;
  status: number;
}

export interface Kill {
  /** ms since the epoch. */
  at: number;
  /** The write that it met, as `before table operations PUT`; undefined where it came at any moment. */
  point?: string;
}

export interface Evidence {
  heads: readonly { pull: number; sha: string }[];
  github: readonly GitHubLine[];
  model: readonly ModelLine[];
  kills: readonly Kill[];
  /** Writes that a worker was seen to make; each is to be met by a kill. */
  points: readonly string[];
  /** Calls that the suites ask for: every different request once, repeats told apart by their seeds. */
  wantedCalls: number;
}

export interface Judgement {
  /** Broken promises; empty where the proof holds. */
  problems: string[];
  /** What was not put to the proof: one that had nothing to judge has proven nothing. */
  unproven: string[];
  pulls: number;
  /** Heads by the last conclusion of their check. */
  conclusions: Record<string, number>;
  comments: number;
  checkRuns: number;
  calls: number;
  paidTwice: number;
  /** Calls that could not be durable when a worker was killed. */
  inFlightAtKills: number;
  kills: number;
  killPoints: string[];
  missedPoints: string[];
}

/** A call counts as in flight at a kill while it is open, and then until its sample could be durable. */
const durableMs = 300;

export function judge(evidence: Evidence): Judgement {
  const { heads, kills } = evidence;
  const app = evidence.github.filter(({ actor, status }) => actor === "installation" && status < 300);
  const told = heads.map((head) => judgeHead(head, app));
  const paid = judgeCalls(evidence);
  const met = new Set(kills.map(({ point }) => point));
  const missedPoints = evidence.points.filter((point) => !met.has(point));
  const conclusions: Record<string, number> = {};
  for (const { conclusion } of told) conclusions[conclusion] = (conclusions[conclusion] ?? 0) + 1;
  return {
    problems: [...told.flatMap(({ problems }) => problems), ...paid.problems],
    unproven: unprovenOf(evidence, missedPoints),
    pulls: heads.length,
    conclusions,
    comments: told.reduce((sum, { comments }) => sum + comments, 0),
    checkRuns: app.filter(isNewCheckRun).length,
    calls: paid.calls,
    paidTwice: paid.paidTwice,
    inFlightAtKills: paid.inFlightAtKills,
    kills: kills.length,
    killPoints: evidence.points.filter((point) => met.has(point)),
    missedPoints,
  };
}

/** One judgement of proofs that had stand-ins of their own. */
export function together(parts: readonly Judgement[]): Judgement {
  const sum = (of: (part: Judgement) => number) => parts.reduce((total, part) => total + of(part), 0);
  const all = (of: (part: Judgement) => readonly string[]) => parts.flatMap(of);
  const conclusions: Record<string, number> = {};
  for (const [name, count] of parts.flatMap((part) => Object.entries(part.conclusions))) {
    conclusions[name] = (conclusions[name] ?? 0) + count;
  }
  return {
    problems: all(({ problems }) => problems),
    unproven: parts.length === 0 ? ["nothing was put to the proof"] : all(({ unproven }) => unproven),
    pulls: sum(({ pulls }) => pulls),
    conclusions,
    comments: sum(({ comments }) => comments),
    checkRuns: sum(({ checkRuns }) => checkRuns),
    calls: sum(({ calls }) => calls),
    paidTwice: sum(({ paidTwice }) => paidTwice),
    inFlightAtKills: sum(({ inFlightAtKills }) => inFlightAtKills),
    kills: sum(({ kills }) => kills),
    killPoints: all(({ killPoints }) => killPoints),
    missedPoints: all(({ missedPoints }) => missedPoints),
  };
}

function unprovenOf({ heads, kills, points, model }: Evidence, missedPoints: readonly string[]): string[] {
  return [
    ...(heads.length === 0 ? ["no pull request was opened"] : []),
    ...(kills.length === 0 ? ["no worker was killed"] : []),
    ...(points.length === 0 ? ["no write was seen at which to kill"] : []),
    ...(model.length === 0 ? ["the model was never called"] : []),
    ...missedPoints.map((point) => `no worker was killed ${point}`),
  ];
}

function isNewCheckRun({ method, path }: GitHubLine): boolean {
  return method === "POST" && path.endsWith("/check-runs");
}

function judgeHead({ pull, sha }: Evidence["heads"][number], app: readonly GitHubLine[]) {
  const problems: string[] = [];
  const wrong = (what: string) => problems.push(`pull request ${pull}: ${what}`);
  const own = app.filter((line) => isNewCheckRun(line) && line.body?.head_sha === sha);
  if (own.length !== 1) wrong(`${own.length} check runs were made on its head, not one`);
  const changes = app.filter(
    ({ method, path }) => method === "PATCH" && own.some(({ id }) => path.endsWith(`/check-runs/${id}`)),
  );
  const last = [...own, ...changes].at(-1)?.body?.conclusion;
  const ended = [...own, ...changes].some(({ body }) => body?.conclusion !== undefined);
  if (!ended) wrong("its check was never concluded");
  else if (last === undefined) wrong("its check was reopened after its conclusion");
  // No prompt of the proof is worse than its base, so a kill shows as any other conclusion.
  else if (last !== "success") wrong(`its check concluded ${last}, not success`);
  const written = app.filter(({ method, path }) => method === "POST" && path.endsWith(`/issues/${pull}/comments`));
  if (written.length !== 1) wrong(`${written.length} comments were written, not one`);
  const removed = app.filter(
    ({ method, path }) => method === "DELETE" && written.some(({ id }) => path.endsWith(`/issues/comments/${id}`)),
  );
  if (removed.length > 0) wrong(`${removed.length} of its comments were removed again`);
  return { problems, conclusion: last ?? "none", comments: written.length };
}

/** A call may be paid again only where a kill met it: while it was open, or before its sample could be durable. */
function judgeCalls({ model, kills, wantedCalls }: Evidence) {
  const problems: string[] = [];
  const answered = model.filter(({ status }) => status !== 429);
  const byDigest = new Map<string, ModelLine[]>();
  for (const call of [...answered].sort((a, b) => a.startedAt - b.startedAt)) {
    byDigest.set(call.digest, [...(byDigest.get(call.digest) ?? []), call]);
  }
  const metBy = ({ startedAt, endedAt = Number.POSITIVE_INFINITY }: ModelLine, { at }: Kill) =>
    startedAt <= at && at <= endedAt + durableMs;
  let unexplained = 0;
  for (const calls of byDigest.values()) {
    for (const [index, again] of calls.entries()) {
      const before = calls[index - 1];
      if (before && !kills.some((kill) => metBy(before, kill) && kill.at <= again.startedAt)) unexplained++;
    }
  }
  const inFlightAtKills = answered.filter((call) => kills.some((kill) => metBy(call, kill))).length;
  const paidTwice = answered.length - byDigest.size;
  if (unexplained > 0) {
    problems.push(`${unexplained} of ${paidTwice} calls that were paid twice were not in flight at a kill`);
  }
  if (byDigest.size < wantedCalls) problems.push(`${byDigest.size} of ${wantedCalls} calls were made`);
  return { problems, calls: answered.length, paidTwice, inFlightAtKills };
}
