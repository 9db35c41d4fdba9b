import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function alertWork(message: unknown, context: InvocationContext): Promise<void> {
  const { AlertMessage } = await import("../shared/releases/release-message.ts");
  const { handleAlert } = await import("../shared/releases/alerts/handle-alert.ts");
  const services = await getServices();
  await handleAlert(AlertMessage.parse(message).key, await services.alertPorts(createLog(context)));
}

app.storageQueue("alert-work", { queueName: "alerts", connection: "AssayStorage", handler: alertWork });
