import { appPayload } from "./payloads.ts";
import type { CheckRunRecord, Repository, StandInState } from "./state.ts";

export function checkRunPayload(state: StandInState, repository: Repository, run: CheckRunRecord) {
  const api = `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}`;
  const { annotations, ...output } = run.output;
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    external_id: run.externalId,
    url: `${api}/check-runs/${run.id}`,
    html_url: `${state.url}/${repository.owner}/${repository.name}/runs/${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...output,
      annotations_count: annotations.length,
      annotations_url: `${api}/check-runs/${run.id}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suiteId },
    app: appPayload(state),
    // As on GitHub, empty where the head is a fork's.
    pull_requests: pullsOf(state, repository, run.headSha),
  };
}

export function checkSuitePayload(state: StandInState, repository: Repository, headSha: string, id: number) {
  return {
    id,
    node_id: `CS_${id}`,
    head_branch: null,
    head_sha: headSha,
    status: "queued",
    conclusion: null,
    before: null,
    after: headSha,
    app: appPayload(state),
    pull_requests: pullsOf(state, repository, headSha),
    url: `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}/check-suites/${id}`,
    created_at: state.now().toISOString(),
    updated_at: state.now().toISOString(),
  };
}

function pullsOf(state: StandInState, repository: Repository, headSha: string) {
  const url = `${state.url}${state.prefix}/repos/${repository.owner}/${repository.name}`;
  const repo = { id: repository.id, url, name: repository.name };
  return [...repository.pulls.values()]
    .filter((pull) => pull.head.sha === headSha && pull.head.repositoryId === repository.id)
    .map(({ id, number, head, base }) => ({
      id,
      number,
      url: `${url}/pulls/${number}`,
      head: { ref: head.ref, sha: head.sha, repo },
      base: { ref: base.ref, sha: base.sha, repo },
    }));
}
