import { app, type InvocationContext } from "@azure/functions";
import { ShardMessage } from "../shared/deliveries/delivery.ts";
import { orLater } from "../shared/deliveries/or-later.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function runShard(message: unknown, context: InvocationContext): Promise<void> {
  const { runGateShard } = await import("../shared/gate/run-gate-shard.ts");
  const services = await getServices();
  const due = ShardMessage.parse(message);
  const ports = await services.gatePorts(createLog(context));
  await orLater(runGateShard(due, context.invocationId, ports), (waitMs) => ports.queues.shard(due, waitMs), ports);
}

app.storageQueue("run-shard", { queueName: "shards", connection: "AssayStorage", handler: runShard });
