import type { Annotation, CheckContent, CheckRun, Checks } from "../gate/code-host.ts";
import { calling, type GitHubClient, once } from "./client.ts";

/** At most 50 annotations a call [OpenAPI checks/create]. */
const annotationsACall = 50;

interface CheckPayload {
  /** Octokit types ids as perhaps larger than a safe integer; GitHub's are not. */
  id: number | bigint;
  external_id: string | null;
  status: string;
  conclusion: string | null;
  output: { title: string | null };
  started_at: string | null;
  html_url: string | null;
}

export function createChecks(client: GitHubClient, owner: string, repo: string, appId: number): Checks {
  const at = { owner, repo };

  async function update(id: number, content: CheckContent & { externalId?: string }): Promise<void> {
    await calling(`update check run ${id}`, () =>
      client.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
        ...at,
        check_run_id: id,
        ...(content.externalId ? { external_id: content.externalId } : {}),
        ...bodyOf(content),
      }),
    );
  }

  /** What did not fit in the first call: annotations append. */
  async function rest(id: number, content: CheckContent): Promise<void> {
    const annotations = content.annotations ?? [];
    for (let from = annotationsACall; from < annotations.length; from += annotationsACall) {
      await update(id, { ...content, annotations: annotations.slice(from, from + annotationsACall) });
    }
  }

  return {
    find: (headSha, name) =>
      calling(`find check runs of ${headSha}`, async () => {
        const query = { ...at, ref: headSha, check_name: name, app_id: appId, filter: "all" as const, per_page: 100 };
        const { data } = await client.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", query);
        return data.check_runs.map(checkOf).sort((a, b) => b.id - a.id);
      }),
    create: async (run) => {
      const created = await calling("create check run", async () => {
        const { data } = await client.request("POST /repos/{owner}/{repo}/check-runs", {
          ...at,
          name: run.name,
          head_sha: run.headSha,
          external_id: run.externalId,
          ...bodyOf(run),
          ...once,
        });
        return checkOf(data);
      });
      await rest(created.id, run);
      return created;
    },
    update: async (id, content) => {
      await update(id, content);
      await rest(id, content);
    },
  };
}

function bodyOf(content: CheckContent) {
  const output = {
    title: content.title,
    summary: content.summary,
    ...(content.text ? { text: content.text } : {}),
    annotations: (content.annotations ?? []).slice(0, annotationsACall).map(annotationOf),
  };
  // A conclusion implies `completed` on github.com; other servers want to be told.
  return content.conclusion
    ? { status: "completed" as const, conclusion: content.conclusion, output }
    : { status: content.status, output };
}

function annotationOf(a: Annotation) {
  const columns =
    a.startLine === a.endLine && a.startColumn
      ? { start_column: a.startColumn, end_column: a.endColumn ?? a.startColumn }
      : {};
  return {
    path: a.path,
    start_line: a.startLine,
    end_line: a.endLine,
    ...columns,
    annotation_level: a.level,
    title: a.title.slice(0, 255),
    message: a.message.slice(0, 60_000),
  };
}

function checkOf(data: CheckPayload): CheckRun {
  return {
    id: Number(data.id),
    externalId: data.external_id ?? "",
    status: data.status,
    conclusion: data.conclusion ?? undefined,
    title: data.output.title ?? undefined,
    ...(data.html_url === null ? {} : { link: data.html_url }),
  };
}
