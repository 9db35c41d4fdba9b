import { appPayload, repositoryPayload, userPayload } from "./payloads.ts";
import { type Answer, type Call, HttpError, ok, page, route } from "./router.ts";
import { findRepository, newToken, userOf } from "./state.ts";
import type { DeliveryAttempt } from "./webhooks.ts";

const hour = 3600_000;
const granted: Record<string, string> = {
  checks: "write",
  contents: "write",
  deployments: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  merge_queues: "read",
};
const ranks: Record<string, number> = { read: 1, write: 2 };

function asApp(call: Call): void {
  if (call.actor.kind !== "app") throw new HttpError(401, "A JSON web token could not be decoded");
}

function installation(call: Call) {
  const { state } = call;
  const account = [...state.repositories.values()][0]?.owner ?? state.app.slug;
  return {
    id: state.installationId,
    account: userPayload(state, userOf(state, account)),
    app_id: state.app.id,
    app_slug: state.app.slug,
    client_id: `Iv1.${state.app.id}`,
    target_id: 1,
    target_type: "Organization",
    repository_selection: "all",
    permissions: granted,
    events: [],
    access_tokens_url: `${state.url}${state.prefix}/app/installations/${state.installationId}/access_tokens`,
    repositories_url: `${state.url}${state.prefix}/installation/repositories`,
    html_url: state.url,
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    single_file_name: null,
    suspended_at: null,
    suspended_by: null,
  };
}

/** The permissions that were asked for, if the app has them. */
function scoped(asked: unknown): Record<string, string> {
  if (typeof asked !== "object" || asked === null) return granted;
  const scope: Record<string, string> = { metadata: "read" };
  for (const [name, level] of Object.entries(asked)) {
    if ((ranks[String(level)] ?? 9) > (ranks[granted[name] ?? ""] ?? 0))
      throw new HttpError(422, "The permissions requested are not granted to this installation.");
    scope[name] = String(level);
  }
  return scope;
}

function deliveryItem(attempt: DeliveryAttempt) {
  const { body: _, ...item } = attempt;
  return {
    id: item.id,
    guid: item.guid,
    delivered_at: item.deliveredAt,
    redelivery: item.redelivery,
    duration: item.duration,
    status: item.status,
    status_code: item.statusCode,
    event: item.event,
    action: item.action,
    installation_id: null,
    repository_id: item.repositoryId,
    throttled_at: null,
  };
}

function deliveries(call: Call): Answer {
  asApp(call);
  const status = call.query.get("status");
  const size = Math.min(100, Number(call.query.get("per_page") ?? 30));
  const before = Number(call.query.get("cursor") ?? Number.POSITIVE_INFINITY);
  const good = (item: DeliveryAttempt) => item.statusCode >= 200 && item.statusCode < 300;
  const all = [...call.state.webhooks.attempts()]
    .reverse()
    .filter((item) => item.id < before && (!status || (status === "success") === good(item)));
  const part = all.slice(0, size);
  const last = part.at(-1);
  const link =
    all.length > size && last
      ? {
          link: `<${call.state.url}${call.state.prefix}/app/hook/deliveries?per_page=${size}&cursor=${last.id}>; rel="next"`,
        }
      : {};
  return { status: 200, json: part.map(deliveryItem), headers: link };
}

export const appRoutes = [
  route("GET", "/app", (call) => {
    asApp(call);
    return ok(appPayload(call.state));
  }),
  route("GET", "/app/installations", (call) => {
    asApp(call);
    return page(call, [installation(call)]);
  }),
  route("POST", "/app/installations/{installation_id}/access_tokens", (call) => {
    asApp(call);
    const { state, body } = call;
    if (Number(call.params.installation_id) !== state.installationId) throw new HttpError(404, "Not Found");
    const named = Array.isArray(body.repositories) ? body.repositories.map(String) : [];
    const ids = Array.isArray(body.repository_ids) ? body.repository_ids.map(Number) : [];
    const byName = [...state.repositories.values()].filter(({ name }) => named.includes(name)).map(({ id }) => id);
    const wanted = [...ids, ...byName];
    if (wanted.some((id) => !state.repositories.has(id)) || byName.length < named.length)
      throw new HttpError(
        422,
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    const token = newToken(`ghs_${state.app.id}_`, 380);
    const expiresAt = state.now().getTime() + hour;
    const permissions = scoped(body.permissions);
    state.installationTokens.set(token, {
      token,
      expiresAt,
      repositoryIds: wanted.length ? wanted : undefined,
      permissions,
    });
    return ok(
      {
        token,
        expires_at: new Date(expiresAt).toISOString(),
        permissions,
        repository_selection: wanted.length ? "selected" : "all",
      },
      201,
    );
  }),
  route(
    "GET",
    "/repos/{owner}/{repo}/installation",
    (call) => {
      asApp(call);
      if (!findRepository(call.state, call.params.owner ?? "", call.params.repo ?? ""))
        throw new HttpError(404, "Not Found");
      return ok(installation(call));
    },
    "app",
  ),
  route("GET", "/installation/repositories", (call) => {
    const repositories = [...call.state.repositories.values()].map((repository) =>
      repositoryPayload(call.state, repository),
    );
    return page(call, repositories, (items) => ({ total_count: repositories.length, repositories: items }));
  }),
  route("GET", "/repos/{owner}/{repo}", (call) => ok(repositoryPayload(call.state, call.repository))),
  route("GET", "/app/hook/deliveries", deliveries),
  route("GET", "/app/hook/deliveries/{delivery_id}", (call) => {
    asApp(call);
    const attempt = call.state.webhooks.attempts().find(({ id }) => id === Number(call.params.delivery_id));
    if (!attempt) throw new HttpError(404, "Not Found");
    return ok({
      ...deliveryItem(attempt),
      url: null,
      request: { headers: null, payload: JSON.parse(attempt.body) },
      response: { headers: null, payload: null },
    });
  }),
  route("POST", "/app/hook/deliveries/{delivery_id}/attempts", async (call) => {
    asApp(call);
    if (!(await call.state.webhooks.redeliver(Number(call.params.delivery_id)))) throw new HttpError(404, "Not Found");
    return ok({}, 202);
  }),
];
