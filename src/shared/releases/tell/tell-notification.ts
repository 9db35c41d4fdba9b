import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { notificationOf, occasionOf } from "./notification-of.ts";
import type { TellPorts } from "./ports.ts";
import { sendNotification } from "./send-notification.ts";

type Ports = Pick<TellPorts, "channels" | "marks" | "log" | "clock">;

/** Sends what an operation came to, once a channel. */
export async function tellNotification(operation: Operation, release: ReleaseState, ports: Ports): Promise<object> {
  const { repositoryId, operationId } = operation;
  const key = `${operationId}:${occasionOf(operation)}`;
  const notification = notificationOf(operation, release, ports.clock.now());
  await sendNotification(notification, { repositoryId, key, facts: { operationId } }, ports);
  return {};
}
