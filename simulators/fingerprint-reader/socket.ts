import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { decodeCommand, encodeWord, type SensorWord } from "../../drivers/fingerprint-reader/sensor-reports.ts";
import { encodeReportFrame, ReportFrames } from "../../drivers/framing/report-frames.ts";
import type { SimulatedSensor } from "./sensor.ts";

/** A sensor's cable that ends in a Unix socket, so that another process can open it. */
export class SensorSocket {
  readonly path: string;
  readonly #sensor: SimulatedSensor;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(path: string, sensor: SimulatedSensor) {
    this.path = path;
    this.#sensor = sensor;
  }

  /** Resolves when the sensor can be opened. */
  async plug(): Promise<void> {
    if (this.#server !== undefined) return;
    mkdirSync(dirname(this.path), { recursive: true });
    rmSync(this.path, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server = createServer((socket) => void this.#take(socket));
    this.#server.once("error", reject).listen(this.path, resolve);
    await promise;
    this.#sensor.plug();
  }

  unplug(): void {
    this.#sensor.unplug();
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    rmSync(this.path, { force: true });
  }

  async #take(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    const gone = new AbortController();
    socket.on("close", () => {
      this.#sockets.delete(socket);
      gone.abort();
    });
    socket.on("error", () => socket.destroy());
    const opened = await this.#sensor.open(gone.signal);
    if (!opened.ok) return void socket.destroy();
    const session = opened.value;
    const say = (word: SensorWord) => socket.write(encodeReportFrame({ type: "input", report: encodeWord(word) }));
    void session.closed.then(() => socket.destroy());
    socket.on("close", () => void session.close());
    socket.write(encodeReportFrame({ type: "hello", report: Uint8Array.of(0, 0) }));
    say({ event: "hello", liveness: session.liveness });
    session.onEvent(say);
    const frames = new ReportFrames();
    socket.on("data", (bytes) => {
      for (const { type, report } of frames.push(bytes)) {
        const command = type === "output" ? decodeCommand(report) : undefined;
        if (command === "look") void session.start().then((started) => started.ok && say({ event: "looking" }));
        if (command === "rest") void session.stop();
      }
    });
  }
}
