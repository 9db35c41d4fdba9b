import type { MessageQueue, QueueMessage } from "../../../src/local/functions-host/queue-listener.ts";
import type { Clock } from "../../../src/shared/clock.ts";

/** A storage queue in memory, on a clock of the test's: visibility, receipts and counts as the service has them. */
export interface MemoryQueue extends MessageQueue {
  add(text: string): string;
  /** Ids that are still in the queue. */
  ids(): string[];
  poisoned: { id: string; text: string }[];
  /** When the queue was asked, in ms from its beginning. */
  asked: number[];
}

interface Stored {
  id: string;
  text: string;
  visibleAt: number;
  receipt: number;
  count: number;
}

export function createMemoryQueue(clock: Clock): MemoryQueue {
  const start = clock.now().getTime();
  const stored = new Map<string, Stored>();
  const poisoned: MemoryQueue["poisoned"] = [];
  const asked: number[] = [];
  let receipts = 0;
  const held = ({ id, popReceipt }: QueueMessage) => {
    const message = stored.get(id);
    return message?.receipt === Number(popReceipt) ? message : undefined;
  };
  return {
    poisoned,
    asked,
    ids: () => [...stored.keys()],
    add(text) {
      const id = `m${stored.size + poisoned.length}-${receipts++}`;
      stored.set(id, { id, text, visibleAt: clock.now().getTime(), receipt: 0, count: 0 });
      return id;
    },
    async receive(count, hiddenSeconds) {
      const now = clock.now().getTime();
      asked.push(now - start);
      const taken = [...stored.values()].filter(({ visibleAt }) => visibleAt <= now).slice(0, count);
      return taken.map((message) => {
        message.count++;
        message.receipt = ++receipts;
        message.visibleAt = now + hiddenSeconds * 1000;
        return {
          id: message.id,
          text: message.text,
          popReceipt: String(message.receipt),
          dequeueCount: message.count,
          insertedOn: new Date(start),
          expiresOn: new Date(start + 7 * 86_400_000),
          nextVisibleOn: new Date(message.visibleAt),
        };
      });
    },
    async hide(message, seconds) {
      const kept = held(message);
      if (!kept) return message.popReceipt;
      kept.receipt = ++receipts;
      kept.visibleAt = clock.now().getTime() + seconds * 1000;
      return String(kept.receipt);
    },
    async remove(message) {
      if (held(message)) stored.delete(message.id);
    },
    async poison({ id, text }) {
      poisoned.push({ id, text });
    },
  };
}
