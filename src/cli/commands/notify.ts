import { severities } from "../../shared/releases/tell/severity.ts";
import { testChannels } from "../../shared/releases/tell/test-notification.ts";
import { openChannels } from "../../shared/services/open-tell.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export const notify = defineCommand({
  usage: ["notify test [--severity SEVERITY] [--json]"],
  about:
    "`test` sends a message that says that it is a test to every address in ASSAY_NOTIFY_SLACK, ASSAY_NOTIFY_TEAMS and ASSAY_NOTIFY_WEBHOOK (signed with ASSAY_NOTIFY_SECRET), as they stand in this environment, and prints how it went. An address is a secret and is never printed: a channel is named by its kind and the start of its address' sha256. Exit code 1 where one fails or none is configured.",
  positionals: 1,
  options: {
    severity: {
      type: "string",
      value: "SEVERITY",
      description: `${severities.join(", ")}; default critical, which every address takes`,
    },
    json: { type: "boolean", description: "the results as one JSON array" },
  },
  examples: ["assay notify test", "assay notify test --severity info --json"],
  async run(given, terminal) {
    const [action] = given.positionals;
    if (action !== "test")
      throw new UsageError(
        action === undefined ? "`assay notify` needs to be told what." : `There is no \`assay notify ${action}\`.`,
        "Usage: assay notify test; `assay help notify` says more.",
      );
    const wanted = given.text("severity") ?? "critical";
    const severity = severities.find((known) => known === wanted);
    if (!severity) throw new UsageError(`There is no severity \`${wanted}\`.`, `Severities: ${severities.join(", ")}.`);
    const channels = await openChannels(terminal.env);
    if (channels.length === 0)
      throw new UsageError(
        "No channel is configured: nobody would be told.",
        "Set ASSAY_NOTIFY_SLACK, ASSAY_NOTIFY_TEAMS or ASSAY_NOTIFY_WEBHOOK to an https address; README.md has them.",
      );
    const tested = await testChannels(channels, severity, new Date());
    const lines = tested.map(
      ({ channel, result, why }) => `${channel}: ${result}${why === undefined ? "" : `, ${why}`}`,
    );
    await terminal.print(given.flag("json") ? `${JSON.stringify(tested)}\n` : `${lines.join("\n")}\n`);
    return tested.some(({ result }) => result === "failed") ? 1 : 0;
  },
});
