import path from "node:path";
import { buildApp } from "../scripts/build.ts";
import { benchAlert } from "./alert.ts";
import { benchCases } from "./cases.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchEvalCommand } from "./eval-command.ts";
import { printFigure } from "./figures.ts";
import { benchRollback } from "./rollback.ts";
import { benchRouting } from "./routing.ts";
import { benchServedRoute } from "./served-route.ts";
import { benchVerdict } from "./verdict.ts";
import { benchWebhook } from "./webhook.ts";

const benches = {
  routing: benchRouting,
  "served-route": benchServedRoute,
  "command-line": benchCommandLine,
  webhook: benchWebhook,
  alert: benchAlert,
  rollback: benchRollback,
  cases: benchCases,
  "eval-command": benchEvalCommand,
  verdict: benchVerdict,
};
/** `npm run bench -- cases` for one of them. */
const named = process.argv.slice(2);
await buildApp(path.resolve(import.meta.dirname, "../dist"));
let holds = true;
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  for (const figure of await bench()) holds = printFigure(figure) && holds;
}
process.exit(holds ? 0 : 1);
