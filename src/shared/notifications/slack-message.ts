import type { Notification } from "../releases/tell/notification.ts";

const signs = { info: ":white_check_mark:", warning: ":warning:", critical: ":rotating_light:" };

/** Only these three have a meaning in a text of Slack's; escaped, nothing mentions or links [docs: formatting message text]. */
function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** An incoming webhook's message. Texts of others are `plain_text`: no markup is read in them. */
export function slackMessage({ title, severity, facts, links, incident, at }: Notification): object {
  const plain = (text: string, most: number) => ({
    type: "plain_text",
    text: text.slice(0, most).toWellFormed(),
    emoji: false,
  });
  // A section takes ten fields at most [docs: block kit, section].
  const sections = chunks(facts, 5).map((some) => ({
    type: "section",
    fields: some.flatMap(({ name, value }) => [plain(name || "–", 2000), plain(value || "–", 2000)]),
  }));
  const buttons = links.filter(({ url }) => /^https?:\/\//.test(url)).slice(0, 5);
  return {
    // What a notification on a phone shows.
    text: `${signs[severity]} ${slackText(title)}`,
    blocks: [
      { type: "header", text: plain(title, 150) },
      ...sections.slice(0, 8),
      ...(buttons.length > 0
        ? [
            {
              type: "actions",
              elements: buttons.map(({ name, url }) => ({ type: "button", text: plain(name, 75), url })),
            },
          ]
        : []),
      { type: "context", elements: [plain(`${severity} · incident ${incident} · ${at}`, 300)] },
    ],
  };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
