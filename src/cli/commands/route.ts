import path from "node:path";
import { visible } from "../../shared/gate/markdown.ts";
import { nearestName } from "../../shared/gate/nearest-name.ts";
import type { Route } from "../../shared/repository/route.ts";
import { explainDecision } from "../../shared/routing/explain-decision.ts";
import { overrideText, resolveOverridden } from "../../shared/routing/override.ts";
import { RouteContext } from "../../shared/routing/schema.ts";
import { unresolvable } from "../../shared/routing/unresolvable.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { type CommandArguments, defineCommand } from "../command.ts";
import { explainRequest } from "../explain-request.ts";
import { readWorkingTree } from "../read-working-tree.ts";
import { servedOverride } from "../served-override.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

const contextOptions = {
  tenant: "tenant",
  tier: "tier",
  feature: "feature",
  locale: "locale",
  "prompt-tokens": "promptTokens",
  "budget-state": "budgetState",
  conversation: "conversationId",
  request: "requestId",
} as const;

export const route = defineCommand({
  usage: [
    "route explain NAME [--tenant T] [--tier T] [--locale L] [--conversation ID] …",
    "route explain --request ID",
    "route replay FILE --decisions ROWS.jsonl",
  ],
  about:
    "Answers why a request goes to its target: resolves the route as it lies in this checkout for the request that the options describe, and says which rule decided, what the earlier ones lacked, how the target was drawn, and what is tried after which error. What is not given is not known, and fulfils no condition. Where ASSAY_URL names the deployed app, an operator's override that holds now is heeded and shown, and where it cannot be asked the answer says so. Without a route, `--request ID` asks the deployed app (ASSAY_URL, ASSAY_KEY) for what is recorded of a request, by its own id or by that of its operation, its response or its apim-request-id. `replay` runs a route's file over recorded decisions (JSON lines, as GET /api/routes/NAME/decisions?since=TIME gives them): which calls would go to another target, by target, rule and tenant, and what the eval runs that this checkout keeps know of the difference.",
  positionals: 2,
  options: {
    tenant: { type: "string", value: "NAME", description: "the request's tenant" },
    tier: { type: "string", value: "NAME", description: "its tier" },
    feature: { type: "string", value: "NAME", description: "its feature" },
    locale: { type: "string", value: "TAG", description: "its language, e.g. de-AT" },
    "prompt-tokens": { type: "string", value: "N", description: "the size of its prompt" },
    "budget-state": { type: "string", value: "STATE", description: "ok, warn, soft or hard" },
    conversation: { type: "string", value: "ID", description: "what a target is kept for" },
    request: {
      type: "string",
      value: "ID",
      description: "what is drawn by where the conversation is not known; without a route: whose decision to look up",
    },
    repository: {
      type: "string",
      value: "OWNER/NAME",
      description: "whose decision, where the app serves more than one",
    },
    decisions: {
      type: "string",
      value: "ROWS.jsonl",
      description: "of replay: recorded decisions; - is standard input",
    },
    json: { type: "boolean", description: "the decision as one JSON object; of a recorded request, a list" },
  },
  examples: [
    "assay route explain support --tier pro --locale de-AT --conversation c-1",
    "assay route explain support --prompt-tokens 9000 --json | jq .target.deployment",
    "ASSAY_URL=https://NAME.azurewebsites.net assay route explain --request 9f2c41",
    "assay route replay routing/support.yaml --decisions rows.jsonl",
  ],
  async run(given, terminal) {
    const [action, name] = given.positionals;
    if (action === "replay") return replay(name, given, terminal);
    const request = given.text("request");
    if (action === "explain" && name === undefined && request !== undefined) return explain(request, given, terminal);
    if (action !== "explain" || name === undefined)
      throw new UsageError(
        action === "explain" ? "`assay route explain` needs a route." : `There is no \`assay route ${action ?? ""}\`.`,
        "Usage: assay route explain NAME, or --request ID; `assay help route` lists the options.",
      );
    const context = readContext(given);
    const { routes } = await readWorkingTree(openCheckout(findRoot(terminal.cwd)));
    const found = findRoute(routes, name);
    const { override, unasked } = await servedOverride(name, given.text("repository"), terminal);
    const decision = resolveOverridden(found, context, override);
    const open = [
      ...(unasked === undefined ? [] : [`Whether an operator's override holds now is not known: ${unasked}`]),
      // Of another feature, or to a target that this checkout does not have.
      ...(override && !decision.override
        ? [`An operator's override holds, and is not heeded here: ${overrideText(override)}.`]
        : []),
    ];
    if (given.flag("json")) await terminal.print(`${JSON.stringify({ ...decision, unasked })}\n`);
    else await terminal.print(linesText([...explainDecision(decision, found, new Date()), ...open]));
    return 0;
  },
});

/** Contexts and files are other people's text. */
const linesText = (lines: readonly string[]) =>
  lines.map((line) => `${visible(line).replaceAll("\n", " ")}\n`).join("");

async function explain(request: string, given: CommandArguments, terminal: Terminal): Promise<0> {
  const decisions = await explainRequest(request, given.text("repository"), terminal);
  if (given.flag("json")) await terminal.print(`${JSON.stringify(decisions)}\n`);
  else await terminal.print(decisions.map(({ explanation }) => linesText(explanation)).join("\n"));
  return 0;
}

async function replay(file: string | undefined, given: CommandArguments, terminal: Terminal): Promise<0> {
  const rows = given.text("decisions");
  if (file === undefined || rows === undefined)
    throw new UsageError(
      "`assay route replay` needs a route's file and --decisions.",
      "Usage: assay route replay routing/NAME.yaml --decisions rows.jsonl",
    );
  const { replayDecisions, replayText } = await import("../replay-decisions.ts");
  const { keptFigures } = await import("../kept-figures.ts");
  const report = await replayDecisions(path.resolve(terminal.cwd, file), rows, keptFigures(findRoot(terminal.cwd)));
  await terminal.print(`${given.flag("json") ? JSON.stringify(report) : replayText(report)}\n`);
  return 0;
}

function readContext(given: CommandArguments): RouteContext {
  const written = Object.entries(contextOptions).flatMap(([option, key]) => {
    const text = given.text(option);
    if (text === undefined) return [];
    const isNumber = key === "promptTokens" && /^\d+$/.test(text);
    return [[key, isNumber ? Number(text) : text] as const];
  });
  const parsed = RouteContext.safeParse(Object.fromEntries(written));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = Object.entries(contextOptions).find(([, key]) => key === issue?.path[0])?.[0];
  throw new UsageError(
    `\`--${option} ${given.text(option ?? "")}\` cannot be used: ${issue?.message}.`,
    "`assay help route` lists the options.",
  );
}

/** @throws UsageError where there is none, or where it names targets that it does not have */
function findRoute(routes: readonly Route[], name: string): Route {
  const found = routes.find((own) => own.name === name);
  if (!found) {
    const names = routes.map((own) => own.name);
    const near = nearestName(name, names);
    throw new UsageError(
      `There is no route \`${name}\` that can be read.`,
      near
        ? `Did you mean \`${near}\`?`
        : `Routes here: ${names.join(", ") || "none"}. \`assay lint\` says what cannot be read.`,
    );
  }
  const [broken] = unresolvable(found);
  if (broken) throw new UsageError(`${broken.path}:${broken.line}:${broken.column} ${broken.message}`, broken.fix);
  return found;
}
