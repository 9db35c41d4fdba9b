import type { Notification } from "../releases/tell/notification.ts";

const colors = { info: "good", warning: "warning", critical: "attention" };

/**
 * What the Teams workflow "When a Teams webhook request is received" posts as a card [docs: create incoming webhooks with
 * workflows]. A TextRun reads no Markdown, a TextBlock would.
 */
export function teamsCard({ title, severity, facts, links, incident, at }: Notification): object {
  const run = (text: string, more: object = {}) => ({
    ...{ type: "TextRun", text: text.slice(0, 1000).toWellFormed() || "–" },
    ...more,
  });
  const line = (...inlines: object[]) => ({ type: "RichTextBlock", inlines });
  const actions = links
    .filter(({ url }) => /^https?:\/\//.test(url))
    .slice(0, 6)
    .map(({ name, url }) => ({ type: "Action.OpenUrl", title: name.slice(0, 60), url }));
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            line(run(title, { weight: "bolder", size: "medium", color: colors[severity] })),
            ...facts.map(({ name, value }) => line(run(`${name}: `, { weight: "bolder" }), run(value))),
            line(run(`${severity} · incident ${incident} · ${at}`, { isSubtle: true, size: "small" })),
          ],
          ...(actions.length > 0 ? { actions } : {}),
        },
      },
    ],
  };
}
