import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function releasesPoison(message: unknown, context: InvocationContext): Promise<void> {
  const { ReleaseMessage } = await import("../shared/releases/release-message.ts");
  const { giveUpRelease } = await import("../shared/releases/promotion/give-up-release.ts");
  await giveUpRelease(ReleaseMessage.parse(message), await (await getServices()).promotePorts(createLog(context)));
}

/** A look at a release is asked for again by the next minute; an alert is heard again when it is brought again. */
export async function watchPoison(message: unknown, context: InvocationContext): Promise<void> {
  const { WatchMessage } = await import("../shared/releases/release-message.ts");
  const log = createLog(context);
  const due = WatchMessage.parse(message);
  if (due.kind !== "alert") return log.error("release.unwatched", { ...due });
  const { giveUpAlert } = await import("../shared/releases/alerts/handle-alert.ts");
  await giveUpAlert(due.key, await (await getServices()).alertPorts(log));
}

const connection = "AssayStorage";
app.storageQueue("releases-poison", { queueName: "releases-poison", connection, handler: releasesPoison });
app.storageQueue("watch-poison", { queueName: "watch-poison", connection, handler: watchPoison });
