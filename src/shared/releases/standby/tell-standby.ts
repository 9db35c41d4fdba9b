import { hash } from "node:crypto";
import type { ReleaseState } from "../release-state.ts";
import { markedFacts, markerOf } from "../tell/marker.ts";
import type { Notification } from "../tell/notification.ts";
import { plain } from "../tell/plain-text.ts";
import type { TellHost, TellPorts } from "../tell/ports.ts";
import { sendNotification } from "../tell/send-notification.ts";
import { named } from "../tell/targets-text.ts";
import { safe } from "../tell/timeline-text.ts";
import type { Standby } from "./standby.ts";

type Ports = Pick<TellPorts, "open" | "channels" | "marks" | "clock" | "log">;
type Host = Pick<TellHost, "issues" | "comments">;

/** People hear that a release has lost its way back before they need it, and when it is there again: an issue and a message each. */
export async function tellStandby(release: ReleaseState, standby: Standby, ports: Ports): Promise<void> {
  const { repositoryId, repository } = release;
  const { told, lostSince } = standby;
  if (told !== undefined && told !== lostSince)
    await both("found", told, (host) => closeIssue(release, told, standby, host));
  if (lostSince !== undefined && lostSince !== told)
    await both("lost", lostSince, (host) => openIssue(release, lostSince, standby, host));

  /** GitHub's outage keeps no channel from being told; the issue comes with a later look. */
  async function both(what: "lost" | "found", since: string, issue: (host: Host) => Promise<string | undefined>) {
    const [told] = await Promise.allSettled([ports.open({ repositoryId, repository }).then(issue)]);
    const link = told.status === "fulfilled" ? told.value : undefined;
    await send(release, { what, since, standby, link }, ports);
    if (told.status === "rejected") throw told.reason;
  }
}

const lostTitle = ({ releaseId }: ReleaseState) => `No way back from ${releaseId}`;

/** Looked for before it is made, for a failed creation may have had its effect. */
async function openIssue(release: ReleaseState, since: string, standby: Standby, { issues }: Host): Promise<string> {
  const known = (await own(release, since, issues))[0];
  if (known) return known.link;
  const body = [
    markerOf("standby", { release: release.releaseId, since }),
    `A rollback of ${named(release.releaseId)} (${named(release.stage)}, owner ${safe(release.owner, 200)}) would lead nowhere since ${since}:`,
    standby.problems.map((problem) => `- ${safe(problem, 400)}`).join("\n"),
    "Bring one of them back, e.g. deploy what it names, or ship a release that has a way back. This issue is closed once a call shows that one can serve.",
    `Runbook: ${release.runbook === undefined ? "none" : named(release.runbook)}`,
  ].join("\n\n");
  const made = await issues.create({ title: plain(lostTitle(release), 200), body });
  // Two workers may have made one each: the older stays.
  const [first, ...later] = await own(release, since, issues);
  for (const twin of later.filter(({ open }) => open)) await issues.close(twin.number, "duplicate");
  return (first ?? made).link;
}

async function closeIssue(
  release: ReleaseState,
  since: string,
  { wayBack }: Standby,
  { issues, comments }: Host,
): Promise<string | undefined> {
  const [known] = await own(release, since, issues);
  if (!known?.open) return known?.link;
  const mark = markerOf("standby-found", { release: release.releaseId, since });
  const text =
    wayBack === undefined
      ? "Nothing has to be gone back to any more: the release was replaced or taken back, or its standby is over."
      : `A rollback leads to ${named(wayBack)} again: a call has shown that it can serve.`;
  const said = await comments.list(known.number);
  if (!said.some(({ own, body }) => own && body.startsWith(mark)))
    await comments.create(known.number, `${mark}\n\n${text}`);
  await issues.close(known.number, "done");
  return known.link;
}

async function own({ releaseId, createdAt }: ReleaseState, since: string, issues: Host["issues"]) {
  // Clocks differ.
  const from = new Date(Date.parse(createdAt) - 3_600_000).toISOString();
  return (await issues.own(from)).filter(({ body }) => {
    const facts = markedFacts(body, "standby");
    return (
      facts !== undefined &&
      "release" in facts &&
      facts.release === releaseId &&
      "since" in facts &&
      facts.since === since
    );
  });
}

interface Told {
  what: "lost" | "found";
  since: string;
  standby: Standby;
  link: string | undefined;
}

async function send(release: ReleaseState, { what, since, standby, link }: Told, ports: Ports): Promise<void> {
  const { repositoryId, releaseId, repository, stage, owner, runbook } = release;
  const { wayBack, problems } = standby;
  const found = wayBack === undefined ? `${releaseId} needs no way back any more` : `${releaseId} has a way back again`;
  const key = `standby-${what}:${hash("sha256", `${releaseId}|${since}`).slice(0, 16)}`;
  const notification: Notification = {
    ...{ id: `${repositoryId}:${key}`, incident: `${repositoryId}:${releaseId}` },
    // Nothing serves wrongly yet, and somebody has to act before it does.
    severity: what === "lost" ? "critical" : "info",
    title: plain(what === "lost" ? `${lostTitle(release)}: ${problems[0] ?? ""}` : found, 200),
    facts: [
      { name: "repository", value: plain(repository) },
      { name: "stage", value: stage },
      { name: "owner", value: plain(owner) },
      ...(what === "lost" ? problems.slice(0, 5).map((value) => ({ name: "problem", value: plain(value) })) : []),
      ...(wayBack === undefined ? [] : [{ name: "way back", value: plain(wayBack) }]),
      ...(runbook === undefined ? [] : [{ name: "runbook", value: plain(runbook) }]),
    ],
    links: link === undefined ? [] : [{ name: "issue", url: link }],
    at: ports.clock.now().toISOString(),
  };
  await sendNotification(notification, { repositoryId, key, facts: { releaseId, standby: what } }, ports);
}
