import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function releaseWork(message: unknown, context: InvocationContext): Promise<void> {
  const { ReleaseMessage } = await import("../shared/releases/release-message.ts");
  const services = await getServices();
  const log = createLog(context);
  const due = ReleaseMessage.parse(message);
  if (due.kind === "operation") {
    const { performOperation } = await import("../shared/releases/perform-operation.ts");
    await performOperation(due, await services.operationPorts(log));
  } else if (due.kind === "rerun") {
    const { rerunRelease } = await import("../shared/releases/promotion/rerun-release.ts");
    await rerunRelease(due, await services.promotePorts(log));
  } else {
    const { promotePushed } = await import("../shared/releases/promotion/promote-pushed.ts");
    await promotePushed(due, await services.promotePorts(log));
  }
}

app.storageQueue("release-work", { queueName: "releases", connection: "AssayStorage", handler: releaseWork });
