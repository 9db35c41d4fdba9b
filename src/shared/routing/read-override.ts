import { isActive } from "./override.ts";
import { type DocumentAnswer, type DocumentRequest, refuse } from "./serve-document.ts";
import { findAlias, type RoutePorts } from "./serve-route.ts";

/** What an operator says of a route now; `null` where nobody does. */
export async function readOverride(
  request: Pick<DocumentRequest, "name" | "repository">,
  ports: RoutePorts,
): Promise<DocumentAnswer> {
  const alias = await findAlias(request, ports);
  if ("status" in alias) return refuse(alias);
  const override = isActive(alias.override, ports.clock.now()) ? alias.override : null;
  return {
    status: 200,
    headers: { "content-type": "application/json", "cache-control": "private, no-cache" },
    body: JSON.stringify({ override }),
  };
}
