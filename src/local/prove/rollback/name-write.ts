import type { SeenWrite, WritePoint } from "../write-points.ts";

/** Whom a write is for and what it does: names of things that the proof made hold their order's mark. */
const mark = /ko\d{4}/;

type Named = Pick<WritePoint, "label" | "order">;

/** Says of a write of a rollback which step of it that is. `messageOf` knows the text of a queue's message by its id. */
export function nameWrite(write: SeenWrite, messageOf: (id: string) => string | undefined): Named {
  const place = decodeURIComponent(write.path);
  switch (write.service) {
    case "table":
      return marked(tableLabel(write.method, place, write.body), place + write.body);
    case "queue":
      return queueWrite(write, messageOf);
    case "azure":
      return marked(`${write.method} ${/\/(agents|deployments)\//.exec(place)?.[1] ?? "other"}`, place);
    case "github":
      return marked(`github ${write.method} ${resourceOf(place)}`, place);
    default:
      return marked(`${write.service} ${write.method}`, place);
  }
}

function marked(label: string, text: string): Named {
  const order = mark.exec(text)?.[0];
  return { label, ...(order ? { order } : {}) };
}

function tableLabel(method: string, place: string, body: string): string {
  if (place.includes("$batch")) return `table transaction of ${kindsIn(body).join(", ")}`;
  const [, , resource = ""] = place.split(/[/?]/);
  const table = resource.replace(/\(.*$/, "");
  if (table === "Tables") return `table made: ${String(columns(body).TableName ?? "")}`;
  const rowKey = /RowKey='([^']*)'/.exec(place)?.[1] ?? String(columns(body).RowKey ?? "");
  const kind = rowKey.split(":")[0];
  return `table ${table} ${method} ${kind}${kind === "operation" ? ` ${stateIn(columns(body))}` : ""}`;
}

/** `flipping (flipping)`: stage and states of its steps; `, under way`: a provider has not ended; `, 2 to tell`: of five. */
function stateIn({ stage, steps_json: text, untold_json: untold }: Record<string, unknown>): string {
  const steps: { state: string; resume?: string }[] = typeof text === "string" ? JSON.parse(text) : [];
  const states = steps.map(({ state, resume }) => `${state}${resume === undefined ? "" : ", under way"}`);
  const left = stage === "telling" && typeof untold === "string" ? `, ${JSON.parse(untold).length} to tell` : "";
  return `${String(stage)} (${states.join("; ")})${left}`;
}

function kindsIn(batch: string): string[] {
  const rows = decodeURIComponent(batch.replaceAll("%", "%25").replaceAll("%253A", ":"));
  return [
    ...new Set([...rows.matchAll(/\b(release|target|quarantine|operation|open):/g)].map(([, kind]) => kind ?? "")),
  ].sort();
}

function queueWrite({ method, path, body }: SeenWrite, messageOf: (id: string) => string | undefined): Named {
  const [, , queue = "", messages, id] = path.split(/[/?]/);
  if (messages !== "messages") return { label: `queue made: ${queue}` };
  if (method === "POST") return marked(`queue ${queue} message`, textOfMessage(body));
  return marked(`queue ${queue} message ${method === "DELETE" ? "done" : "kept"}`, messageOf(id ?? "") ?? "");
}

/** The JSON in a message's XML. */
function textOfMessage(xml: string): string {
  const text = /<MessageText>([^<]*)<\/MessageText>/.exec(xml)?.[1] ?? "";
  return Buffer.from(text, "base64").toString("utf8");
}

function resourceOf(place: string): string {
  return place
    .replace(/^(\/api\/v3)?\/repos\/[^/]+\/[^/]+\//, "")
    .replace(/\?.*$/, "")
    .replace(/\d+/g, "*")
    .replace(/[0-9a-f]{7,}/g, "*")
    .replace(/assay\/.*$/, "*");
}

function columns(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
