import { app, type InvocationContext } from "@azure/functions";
import { ConcludeMessage, ShardMessage, WorkMessage } from "../shared/deliveries/delivery.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

/** What failed `maxDequeueCount` times has no other consumer: a check must not stay "in progress" for ever. */
export async function workPoison(message: unknown, context: InvocationContext): Promise<void> {
  const services = await getServices();
  const due = WorkMessage.parse(message);
  const { giveUpDelivery } = await import("../shared/gate/give-up.ts");
  await giveUpDelivery(due, await services.workPorts(createLog(context)));
}

export async function shardsPoison(message: unknown, context: InvocationContext): Promise<void> {
  const { giveUpGate } = await import("../shared/gate/give-up.ts");
  const ports = await (await getServices()).gatePorts(createLog(context));
  await giveUpGate(ShardMessage.parse(message), "a shard failed again and again", ports);
}

export async function concludePoison(message: unknown, context: InvocationContext): Promise<void> {
  const { giveUpGate } = await import("../shared/gate/give-up.ts");
  const ports = await (await getServices()).gatePorts(createLog(context));
  await giveUpGate(ConcludeMessage.parse(message), "the verdict could not be published", ports);
}

const connection = "AssayStorage";
app.storageQueue("work-poison", { queueName: "work-poison", connection, handler: workPoison });
app.storageQueue("shards-poison", { queueName: "shards-poison", connection, handler: shardsPoison });
app.storageQueue("conclude-poison", { queueName: "conclude-poison", connection, handler: concludePoison });
