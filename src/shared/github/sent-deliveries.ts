import type { SentDeliveries } from "../deliveries/missed.ts";
import { calling, type GitHubClient, once } from "./client.ts";

export function createSentDeliveries(client: GitHubClient): SentDeliveries {
  return {
    async *since(time) {
      let cursor: string | undefined;
      do {
        const page = await calling("list webhook deliveries", () =>
          client.request("GET /app/hook/deliveries", { per_page: 100, ...(cursor ? { cursor } : {}) }),
        );
        for (const item of page.data) {
          const deliveredAt = new Date(item.delivered_at);
          if (deliveredAt < time) return;
          yield {
            id: Number(item.id),
            deliveryId: item.guid,
            deliveredAt,
            succeeded: item.status_code >= 200 && item.status_code < 300,
          };
        }
        cursor = /[?&]cursor=([^&>]+)[^>]*>;\s*rel="next"/.exec(page.headers.link ?? "")?.[1];
      } while (cursor);
    },
    async redeliver(attemptId) {
      await calling(`redeliver ${attemptId}`, () =>
        client.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: attemptId, ...once }),
      );
    },
  };
}
