import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { ReleaseMessage } from "../shared/releases/release-message.ts";
import { getServices } from "../shared/services.ts";

export async function releaseWork(message: unknown, context: InvocationContext): Promise<void> {
  const { performOperation } = await import("../shared/releases/perform-operation.ts");
  const services = await getServices();
  await performOperation(ReleaseMessage.parse(message), await services.operationPorts(createLog(context)));
}

app.storageQueue("release-work", { queueName: "releases", connection: "AssayStorage", handler: releaseWork });
