import type { Issue, Issues } from "../releases/tell/ports.ts";
import { calling, type GitHubClient, once, undefinedOn404 } from "./client.ts";

interface IssuePayload {
  number: number;
  body?: string | null | undefined;
  state: string;
  html_url: string;
}

/** Pages of a hundred: so many issues change in the days of one release, or something else is wrong. */
const mostPages = 20;

export function createIssues(client: GitHubClient, owner: string, repo: string, appId: number): Issues {
  const at = { owner, repo };
  return {
    own: (since) =>
      calling("list issues", async () => {
        const issues: Issue[] = [];
        for (let page = 1; page <= mostPages; page++) {
          const query = { ...at, state: "all" as const, since, sort: "created" as const, direction: "asc" as const };
          const { data } = await client.request("GET /repos/{owner}/{repo}/issues", { ...query, per_page: 100, page });
          // A pull request is listed as an issue too.
          const own = data.filter(
            (issue) => !issue.pull_request && Number(issue.performed_via_github_app?.id) === appId,
          );
          issues.push(...own.map(issueOf));
          if (data.length < 100) break;
        }
        return issues;
      }),
    create: ({ title, body }) =>
      calling("open an issue", async () => {
        const { data } = await client.request("POST /repos/{owner}/{repo}/issues", { ...at, title, body, ...once });
        return issueOf(data);
      }),
    get: (number) =>
      calling(`read issue ${number}`, async () => {
        const query = { ...at, issue_number: number };
        const found = await undefinedOn404(() =>
          client.request("GET /repos/{owner}/{repo}/issues/{issue_number}", query),
        );
        return found && issueOf(found.data);
      }),
    update: (number, { title, body }) =>
      calling(`change issue ${number}`, async () => {
        const changed = { ...at, issue_number: number, title, body };
        await client.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", changed);
      }),
    close: (number, why) =>
      calling(`close issue ${number}`, async () => {
        await client.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
          ...{ ...at, issue_number: number },
          ...{ state: "closed", state_reason: why === "duplicate" ? "not_planned" : "completed" },
        });
      }),
  };
}

function issueOf({ number, body, state, html_url: link }: IssuePayload): Issue {
  return { number, body: body ?? "", open: state === "open", link };
}
