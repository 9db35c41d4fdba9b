import { app, type InvocationContext } from "@azure/functions";
import { ConcludeMessage } from "../shared/deliveries/delivery.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function conclude(message: unknown, context: InvocationContext): Promise<void> {
  const { concludeGate } = await import("../shared/gate/conclude-gate.ts");
  const services = await getServices();
  await concludeGate(ConcludeMessage.parse(message), await services.gatePorts(createLog(context)));
}

app.storageQueue("conclude", { queueName: "conclude", connection: "AssayStorage", handler: conclude });
