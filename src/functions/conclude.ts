import { app, type InvocationContext } from "@azure/functions";
import { ConcludeMessage } from "../shared/deliveries/delivery.ts";
import { orLater } from "../shared/deliveries/or-later.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function conclude(message: unknown, context: InvocationContext): Promise<void> {
  const { concludeGate } = await import("../shared/gate/conclude-gate.ts");
  const services = await getServices();
  const due = ConcludeMessage.parse(message);
  const ports = await services.gatePorts(createLog(context));
  await orLater(concludeGate(due, ports), (waitMs) => ports.queues.conclude(due, waitMs), ports);
}

app.storageQueue("conclude", { queueName: "conclude", connection: "AssayStorage", handler: conclude });
