import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

/** Azurite's published account: it opens nothing but a local emulator. */
const account = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface AzuriteOptions {
  /** Blob, queue and table ports; 0: any free one. Default 0 each. */
  ports?: { blob: number; queue: number; table: number };
  /** Name of the setting that chooses the ports, for the error that names it. */
  portSetting?: string;
  /** Megabytes of blob and queue content that it keeps; Azurite's default is half of the machine's memory. */
  extentMemoryLimitMb?: number;
}

export interface Azurite {
  connectionString: string;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts Azurite in memory, in a process of its own that ends with this one: it holds an IPC channel, which the system closes
 * even where this process is killed by SIGKILL. Rejects, naming the port and its setting, where a port is taken.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { blob, queue, table } = options.ports ?? { blob: 0, queue: 0, table: 0 };
  const args = [
    "--inMemoryPersistence",
    "--skipApiVersionCheck",
    "--disableTelemetry",
    "--silent",
    ...["--blobPort", `${blob}`, "--queuePort", `${queue}`, "--tablePort", `${table}`],
    ...(options.extentMemoryLimitMb ? ["--extentMemoryLimit", `${options.extentMemoryLimitMb}`] : []),
  ];
  const child = fork(path.join(import.meta.dirname, "azurite-process.ts"), args, {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // A process group of its own: Ctrl-C reaches the whole group, and storage must outlive those who still write to it.
    detached: true,
    windowsHide: true,
  });
  const exited = once(child, "exit");
  const addresses: Record<string, string> = {};
  const errors: string[] = [];
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  const keep = (data: Buffer) => errors.push(data.toString("utf8"));
  child.stderr?.on("data", keep);
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      const ready =
        /Azurite (Blob|Queue|Table) service (?:is )?successfully listen(?:s|ing) (?:at|on) (http:\S+)/i.exec(line);
      if (ready?.[1] && ready[2]) addresses[ready[1].toLowerCase()] = ready[2];
      if (Object.keys(addresses).length === 3) resolve();
      if (/EADDRINUSE/.test(line)) errors.push(line);
    });
    child.once("exit", (code) => {
      const taken = /EADDRINUSE\D+[\d.]+:(\d+)/.exec(errors.join("\n"));
      const why = taken
        ? `Port ${taken[1]} is taken; choose another with ${options.portSetting ?? "ports"}.`
        : errors.join("\n");
      reject(new Error(`Azurite did not start (exit ${code}). ${why}`));
    });
  });
  // Both pipes are read on, so that neither fills up; nothing of it is kept.
  child.stderr?.off("data", keep).resume();
  const { pid } = child;
  if (pid === undefined) throw new Error("Azurite has no process.");
  const endpoint = (service: string) => `${addresses[service]?.replace(/\/$/, "")}/${account}`;
  return {
    connectionString:
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
      `BlobEndpoint=${endpoint("blob")};QueueEndpoint=${endpoint("queue")};TableEndpoint=${endpoint("table")};`,
    pid,
    async stop() {
      // It holds nothing worth a graceful end, and would wait for connections that are kept alive.
      child.kill("SIGKILL");
      await exited;
    },
  };
}
