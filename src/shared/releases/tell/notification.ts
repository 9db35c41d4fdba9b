import type { Severity } from "./severity.ts";

/** A message about a release, whatever channel carries it. Texts are plain: each channel escapes them in its own way. */
export interface Notification {
  /** The same however often it is sent. */
  id: string;
  /** The release: everything about it belongs together. */
  incident: string;
  severity: Severity;
  title: string;
  facts: { name: string; value: string }[];
  links: { name: string; url: string }[];
  /** ISO time. */
  at: string;
}

/** One receiver. */
export interface Channel {
  /** Says nothing of its address, which is a secret. */
  name: string;
  /** What is less severe is not sent to it. */
  atLeast: Severity;
  /** @throws RetryableError where it may have arrived or may arrive later, PermanentError where it never will */
  send(notification: Notification): Promise<void>;
}
