import path from "node:path";
import { type StandInProcess, startStandIn } from "../start-stand-in.ts";

/** Its `url` is the base of `/slack/…`, `/teams/…`, `/webhook/…` and `/_standin`. */
export type NotificationStandIn = StandInProcess;

export const localNotifySecret = "local-notify-secret";

/** The app's settings with which it tells this stand-in. */
export function notificationSettings(url: string): Record<string, string> {
  return {
    ASSAY_NOTIFY_SLACK: `${url}/slack/local`,
    ASSAY_NOTIFY_TEAMS: `warning=${url}/teams/local`,
    ASSAY_NOTIFY_WEBHOOK: `${url}/webhook/local`,
    ASSAY_NOTIFY_SECRET: localNotifySecret,
  };
}

/** Starts Slack, Teams and a receiver of signed webhooks, simulated. */
export function startNotificationStandIn(options: {
  /** 0: any free one. */
  port: number;
  portSetting?: string;
  logFile?: string;
}): Promise<NotificationStandIn> {
  return startStandIn({
    main: path.join(import.meta.dirname, "main.ts"),
    name: "stand-in for notifications",
    port: options.port,
    portSetting: options.portSetting,
    options: { secret: localNotifySecret, log: options.logFile },
    errors: "told",
  });
}
