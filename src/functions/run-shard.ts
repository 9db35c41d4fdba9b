import { app, type InvocationContext } from "@azure/functions";
import { ShardMessage } from "../shared/deliveries/delivery.ts";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function runShard(message: unknown, context: InvocationContext): Promise<void> {
  const { runGateShard } = await import("../shared/gate/run-gate-shard.ts");
  const services = await getServices();
  await runGateShard(ShardMessage.parse(message), context.invocationId, await services.gatePorts(createLog(context)));
}

app.storageQueue("run-shard", { queueName: "shards", connection: "AssayStorage", handler: runShard });
