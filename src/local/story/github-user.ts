/** A person at the GitHub stand-in: what they can do there, they could do on github.com. */
export interface GitHubUser {
  restUrl: string;
  token: string;
  /** owner/name */
  repository: string;
}

export interface CheckRunView {
  id: number;
  name: string;
  head_sha: string;
  status: string;
  conclusion: string | null;
  external_id?: string;
  output: { title: string | null; summary: string | null; text?: string | null };
}

export async function callGitHub<T>(user: GitHubUser, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${user.restUrl}/repos/${user.repository}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${user.token}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok)
    throw new Error(`${method} ${path}: HTTP ${response.status} ${(await response.text()).slice(0, 300)}`);
  return (await response.json()) as T;
}

const pollMs = 200;

/** Waits until a commit's check of this name is completed, telling every title that it passes. */
export async function waitForCheck(
  user: GitHubUser,
  sha: string,
  name: string,
  options: { timeoutMs: number; progress?: (title: string) => void; signal?: AbortSignal | undefined },
): Promise<CheckRunView> {
  const deadline = Date.now() + options.timeoutMs;
  let told = "";
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted();
    const query = new URLSearchParams({ check_name: name });
    const runs = await checkRuns(user, `commits/${sha}/check-runs?${query}`);
    const run = runs.sort((a, b) => b.id - a.id)[0];
    const title = run?.output.title ?? "";
    if (title && title !== told) options.progress?.(title);
    told = title;
    if (run?.status === "completed") return run;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(
    `the check "${name}" of ${sha.slice(0, 7)} did not complete within ${options.timeoutMs / 1000} s (last: ${told || "no check"})`,
  );
}

/** None where the commit is not there yet: a fork's is fetched after its push. */
async function checkRuns(user: GitHubUser, path: string): Promise<CheckRunView[]> {
  try {
    return (await callGitHub<{ check_runs: CheckRunView[] }>(user, "GET", path)).check_runs;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.message.includes("HTTP 422")) return [];
    throw thrown;
  }
}
