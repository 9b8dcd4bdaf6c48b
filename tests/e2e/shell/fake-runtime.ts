import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { ClientMessage, ServerMessage, ViewState } from "../../../kiosk/contract/messages.ts";

/** The runtime's side of the unix socket: publishes views, keeps what arrives. */
export class FakeRuntime {
  readonly path: string;
  readonly received: ClientMessage[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #view: ViewState | undefined;

  constructor(path: string) {
    this.path = path;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) this.received.push(JSON.parse(line));
      });
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
      if (this.#view !== undefined) this.send({ type: "view", view: this.#view });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
  }

  publish(view: ViewState): void {
    this.#view = view;
    this.send({ type: "view", view });
  }

  send(message: ServerMessage): void {
    this.sendLine(JSON.stringify(message));
  }

  sendLine(line: string): void {
    for (const socket of this.#sockets) socket.write(`${line}\n`);
  }

  /** The runtime's process dies. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
    rmSync(this.path, { force: true });
  }
}

export function viewOf(version: number, kind: "attract" | "waiting", title: string): ViewState {
  const text = { id: `test.${title}`, text: title };
  return {
    version,
    kiosk: { id: "test", place: "Test" },
    screenWidth: 300,
    screen: kind === "attract" ? { kind, title: text, call: text } : { kind, title: text, body: [] },
    intents: ["START"],
    locale: "es",
    locales: [{ id: "es", name: "Español" }],
    audio: [],
  };
}
