import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function releasesPoison(message: unknown, context: InvocationContext): Promise<void> {
  const { ReleaseMessage } = await import("../shared/releases/release-message.ts");
  const { giveUpRelease } = await import("../shared/releases/promotion/give-up-release.ts");
  await giveUpRelease(ReleaseMessage.parse(message), await (await getServices()).promotePorts(createLog(context)));
}

/** A look at a release is asked for again by the next minute. */
export async function watchPoison(message: unknown, context: InvocationContext): Promise<void> {
  createLog(context).error("release.unwatched", { message: JSON.stringify(message).slice(0, 500) });
}

/** It is heard again when it is brought again. */
export async function alertsPoison(message: unknown, context: InvocationContext): Promise<void> {
  const { AlertMessage } = await import("../shared/releases/release-message.ts");
  const { giveUpAlert } = await import("../shared/releases/alerts/handle-alert.ts");
  await giveUpAlert(AlertMessage.parse(message).key, await (await getServices()).alertPorts(createLog(context)));
}

const connection = "AssayStorage";
app.storageQueue("releases-poison", { queueName: "releases-poison", connection, handler: releasesPoison });
app.storageQueue("watch-poison", { queueName: "watch-poison", connection, handler: watchPoison });
app.storageQueue("alerts-poison", { queueName: "alerts-poison", connection, handler: alertsPoison });
