import path from "node:path";
import { buildApp } from "../scripts/build.ts";
import { benchCases } from "./cases.ts";
import { printFigure } from "./figures.ts";
import { benchVerdict } from "./verdict.ts";
import { benchWebhook } from "./webhook.ts";

await buildApp(path.resolve(import.meta.dirname, "../dist"));
let holds = true;
for (const bench of [benchWebhook, benchCases, benchVerdict]) {
  for (const figure of await bench()) holds = printFigure(figure) && holds;
}
process.exit(holds ? 0 : 1);
