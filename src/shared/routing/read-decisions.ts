import { explainRecorded } from "./explain-recorded.ts";
import type { DecisionPorts } from "./record-decision.ts";
import { readRouteDocument } from "./route-document.ts";
import { type DocumentAnswer, type DocumentRequest, refuse } from "./serve-document.ts";
import { findAlias } from "./serve-route.ts";
import { servedRepository } from "./served-repository.ts";

/** Rows of one answer. */
const pageRows = 5000;
const mostDays = 31;

/** Every decision that carries an id (request, operation, response or `apim-request-id`), with why it fell so. */
export async function findDecisions(
  { repository: asked, id }: { repository?: string | null; id?: string | null },
  ports: DecisionPorts,
): Promise<DocumentAnswer> {
  if (!id || id.length > 500)
    return refuse({
      status: 400,
      error: "Add ?request=ID: the id of a request, operation or response, or an apim-request-id.",
    });
  const served = servedRepository(asked, ports.repositories);
  if ("status" in served) return refuse(served);
  const repositoryId = await ports.routes.repositoryId(served.repository);
  const found = repositoryId === undefined ? [] : await ports.decisions.find(repositoryId, id);
  const decisions = await Promise.all(
    found.map(async (record) => {
      const text = await ports.routes.document(repositoryId ?? 0, record.digest);
      const route = text === undefined ? undefined : readRouteDocument(text, record.digest, record.route);
      const { contextDigest: _own, ...shown } = record;
      return { ...shown, explanation: explainRecorded(record, route) };
    }),
  );
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ request: id, share: ports.share, decisions }),
  };
}

/** A route's decisions as JSON lines; where there are more, the header `assay-next` is the `after` of the next page. */
export async function exportDecisions(
  request: Pick<DocumentRequest, "name" | "repository"> & { since?: string | null; after?: string | null },
  ports: DecisionPorts,
): Promise<DocumentAnswer> {
  const from = new Date(request.since ?? Number.NaN);
  const age = ports.clock.now().getTime() - from.getTime();
  // NaN is neither.
  if (!(age >= 0 && age <= mostDays * 86_400_000))
    return refuse({
      status: 400,
      error: `Add ?since= with a time of the last ${mostDays} days, e.g. ${new Date(ports.clock.now().getTime() - 86_400_000).toISOString()}.`,
    });
  const { after } = request;
  if (after && !/^\d{10}\/\d{7}:[0-9a-f]{32}$/.test(after))
    return refuse({ status: 400, error: "`after` has to be what the header assay-next said." });
  const alias = await findAlias(request, ports);
  if ("status" in alias) return refuse(alias);
  const range = { from, limit: pageRows, ...(after ? { after } : {}) };
  const { decisions, next } = await ports.decisions.list(alias.repositoryId, alias.name, range);
  return {
    status: 200,
    headers: { "content-type": "application/x-ndjson", ...(next ? { "assay-next": next } : {}) },
    body: decisions.map((decision) => `${JSON.stringify(decision)}\n`).join(""),
  };
}
