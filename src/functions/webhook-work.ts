import { app, type InvocationContext } from "@azure/functions";
import { WorkMessage } from "../shared/deliveries/delivery.ts";
import { orLater } from "../shared/deliveries/or-later.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function webhookWork(message: unknown, context: InvocationContext): Promise<void> {
  const services = await getServices();
  const due = WorkMessage.parse(message);
  const { perform } = await import("../shared/gate/perform.ts");
  const ports = await services.workPorts(createLog(context));
  await orLater(perform(due, ports), (waitMs) => ports.queues.work(due, waitMs), ports);
}

app.storageQueue("webhook-work", { queueName: "work", connection: "AssayStorage", handler: webhookWork });
