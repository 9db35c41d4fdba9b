import { once } from "node:events";
import type { Server } from "node:http";

/** Serves this machine alone, and tells at which address. @throws the system's error, such as that of a taken port */
export async function listenLocally(server: Server, port: number): Promise<string> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return originOf(server);
}

export function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

export function isTaken(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "EADDRINUSE";
}

/** `port` with whose it is; `setting` chooses another. */
export function takenPort(port: string, setting = "port"): Error {
  return new Error(`Port ${port} is taken; choose another with ${setting}.`);
}
