import { app, type InvocationContext } from "@azure/functions";
import { WorkMessage } from "../shared/deliveries/delivery.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function webhookWork(message: unknown, context: InvocationContext): Promise<void> {
  const { perform } = await import("../shared/gate/perform.ts");
  const services = await getServices();
  await perform(WorkMessage.parse(message), await services.workPorts(createLog(context)));
}

app.storageQueue("webhook-work", { queueName: "work", connection: "AssayStorage", handler: webhookWork });
