import { app, type InvocationContext } from "@azure/functions";
import { createLog } from "../shared/log.ts";
import { getServices } from "../shared/services.ts";

/** Timers only enqueue what is due; they run on one instance and are not tried again. */
export async function minute(_timer: unknown, context: InvocationContext): Promise<void> {
  const { everyMinute } = await import("../shared/gate/timers.ts");
  const { closeOldIncidents, takeUpAlerts } = await import("../shared/releases/alerts/handle-alert.ts");
  const { everyMinuteOfReleases } = await import("../shared/releases/timers.ts");
  const services = await getServices();
  // Releases first: what follows asks GitHub, whose outage must not keep a rollback waiting.
  await everyMinuteOfReleases(await services.releaseTimerPorts());
  const ports = await services.workPorts(createLog(context));
  const alerts = await services.alertPorts(createLog(context));
  // Neither waits for what the other needs: gates ask GitHub, alerts do not.
  await Promise.all([everyMinute(ports), takeUpAlerts(alerts, ports.times.overdueMs), closeOldIncidents(alerts)]);
}

export async function hour(_timer: unknown, context: InvocationContext): Promise<void> {
  const { everyHour } = await import("../shared/gate/timers.ts");
  const { everyHourOfReleases } = await import("../shared/releases/timers.ts");
  const services = await getServices();
  await everyHourOfReleases(await services.releaseTimerPorts());
  await everyHour(await services.workPorts(createLog(context)));
}

app.timer("minute", { schedule: "%ASSAY_MINUTE_SCHEDULE%", handler: minute });
app.timer("hour", { schedule: "%ASSAY_HOUR_SCHEDULE%", handler: hour });
