/** What the proof finds in the stand-ins' logs; it imports nothing of the product. */
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

export interface Evidence {
  heads: readonly { pull: number; sha: string }[];
  github: readonly GitHubLine[];
  model: readonly ModelLine[];
  /** Calls that the suites ask for: every different request once, repeats told apart by their seeds. */
  wantedCalls: number;
  /** Times of the kills, ms since the epoch. */
  kills: readonly number[];
}

export interface Judgement {
  problems: string[];
  pulls: number;
  concluded: number;
  comments: number;
  checkRuns: number;
  calls: number;
  paidTwice: number;
  inFlightAtKills: number;
}

/** A call counts as in flight at a kill while it is open and until its sample could be durable. */
const durableMs = 300;

export function judge(evidence: Evidence): Judgement {
  const { heads, github, model, kills } = evidence;
  const app = github.filter(({ actor, status }) => actor === "installation" && status < 300);
  const problems: string[] = [];
  const runs = app.filter(({ method, path }) => method === "POST" && path.endsWith("/check-runs"));
  let concluded = 0;
  let comments = 0;
  for (const { pull, sha } of heads) {
    const own = runs.filter(({ body }) => body?.head_sha === sha);
    if (own.length !== 1)
      problems.push(`pull request ${pull}: ${own.length} check runs were made on its head, not one`);
    const changes = app.filter(
      ({ method, path }) => method === "PATCH" && own.some(({ id }) => path.endsWith(`/check-runs/${id}`)),
    );
    const ends = [...own, ...changes].map(({ body }) => body?.conclusion).filter(Boolean);
    if (ends.length === 0) problems.push(`pull request ${pull}: its check was never concluded`);
    else concluded++;
    if (changes.length > 0 && changes.at(-1)?.body?.conclusion === undefined)
      problems.push(`pull request ${pull}: its check was reopened after its conclusion`);
    const written = app.filter(
      ({ method, path }) => method === "POST" && path.endsWith(`/issues/${pull}/comments`),
    ).length;
    comments += written;
    if (written !== 1) problems.push(`pull request ${pull}: ${written} comments were written, not one`);
  }
  const answered = model.filter(({ status }) => status !== 429);
  const distinct = new Set(answered.map(({ digest }) => digest)).size;
  const paidTwice = answered.length - distinct;
  const inFlightAtKills = kills
    .map(
      (at) =>
        answered.filter(
          ({ startedAt, endedAt = Number.POSITIVE_INFINITY }) => startedAt <= at && endedAt >= at - durableMs,
        ).length,
    )
    .reduce((sum, count) => sum + count, 0);
  if (paidTwice > inFlightAtKills)
    problems.push(`${paidTwice} calls were paid twice; ${inFlightAtKills} were in flight at the ${kills.length} kills`);
  if (distinct < evidence.wantedCalls) problems.push(`${distinct} of ${evidence.wantedCalls} calls were made`);
  return {
    problems,
    pulls: heads.length,
    concluded,
    comments,
    checkRuns: runs.length,
    calls: answered.length,
    paidTwice,
    inFlightAtKills,
  };
}
