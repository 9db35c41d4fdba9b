import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

export async function watchWork(message: unknown, context: InvocationContext): Promise<void> {
  const { WatchMessage } = await import("../shared/releases/release-message.ts");
  const services = await getServices();
  const log = createLog(context);
  const due = WatchMessage.parse(message);
  if (due.kind === "standby") {
    const { checkStandby } = await import("../shared/releases/standby/check-standby.ts");
    return void (await checkStandby(due, await services.standbyPorts(log)));
  }
  if (due.kind === "reap") {
    const { reap } = await import("../shared/releases/reaper/reap.ts");
    return reap(await services.reaperPorts(log));
  }
  if (due.kind === "catalogue") {
    const { lookUpModels } = await import("../shared/releases/catalogue/look-up-models.ts");
    return lookUpModels(await services.cataloguePorts(log));
  }
  const { watchRelease } = await import("../shared/releases/watch/watch-release.ts");
  await watchRelease(due, await services.watchPorts(log));
}

app.storageQueue("watch-work", { queueName: "watch", connection: "AssayStorage", handler: watchWork });
