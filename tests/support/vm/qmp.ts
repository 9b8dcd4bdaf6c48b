import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/**
 * QEMU's monitor (QMP): lines of JSON over a socket to which QEMU connects. Devices are plugged in and pulled out of the running PC
 * with it.
 */
export class Monitor {
  readonly path: string;
  readonly #server: Server;
  readonly #greeted = Promise.withResolvers<void>();
  readonly #events = new Map<string, () => void>();
  #onMigration: (status: string) => void = () => {};
  #socket: Socket | undefined;
  #waiting: PromiseWithResolvers<void>[] = [];

  constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => {
      this.#socket = socket;
      socket.on("error", () => socket.destroy());
      const lines = createInterface({ input: socket }).on("error", () => socket.destroy());
      lines.on("line", (line) => this.#hear(JSON.parse(line)));
    }).listen(path);
  }

  /** @throws Error with QEMU's own words when it refuses. */
  async execute(command: string, parameters: object = {}): Promise<void> {
    await this.#greeted.promise;
    await this.#send(command, parameters);
  }

  /** Pulls a device out; resolves when it is gone. */
  async remove(device: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#events.set(device, resolve);
    await this.execute("device_del", { id: device });
    await promise;
  }

  /** Writes the running machine's memory and devices into a file, from which `-incoming` goes on; resolves when all is there. */
  async save(file: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#onMigration = (status) => {
      if (status === "completed") resolve();
      else if (status === "failed") reject(new Error("QEMU could not save the machine"));
    };
    await this.execute("migrate-set-capabilities", { capabilities: [{ capability: "events", state: true }] });
    await this.execute("migrate-set-parameters", { "max-bandwidth": 2 ** 34 });
    await this.execute("migrate", { uri: `exec:cat > ${file}` });
    await promise;
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  #send(command: string, parameters: object): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.#waiting.push(answer);
    this.#socket?.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    return answer.promise;
  }

  #hear(line: MonitorLine): void {
    if ("QMP" in line) void this.#send("qmp_capabilities", {}).then(this.#greeted.resolve, this.#greeted.reject);
    else if ("event" in line) {
      if (line.event === "DEVICE_DELETED") this.#events.get(line.data.device ?? "")?.();
      if (line.event === "MIGRATION") this.#onMigration(line.data.status ?? "");
    } else if ("error" in line) this.#waiting.shift()?.reject(new Error(`QEMU: ${line.error.desc}`));
    else this.#waiting.shift()?.resolve();
  }
}

type MonitorLine =
  | { readonly QMP: object }
  | { readonly event: string; readonly data: { readonly device?: string; readonly status?: string } }
  | { readonly error: { readonly desc: string } }
  | { readonly return: unknown };
