import { type ChildProcess, spawn } from "node:child_process";
import { openSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Clock } from "../../base/clock.ts";
import { pause, withDeadline } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Image } from "./image.ts";
import { LineLink } from "./line-link.ts";

export type QemuOptions = {
  readonly image: Image;
  /** Sockets, serial log, screen dumps. */
  readonly folder: string;
  readonly clock: Clock;
  /** Uses the processor's virtualisation; a machine that is itself virtual may offer one that does not work. */
  readonly kvm: boolean;
  /** Pixels. */
  readonly screen: { readonly width: number; readonly height: number };
};

const MEMORY = "3072";
/** A program emulates every instruction: what takes a second on a PC may take a minute. */
const CONNECT_WITHIN = 60_000;

/** A PC in a process: started, touched on its screen, photographed, pulled from the mains. */
export class Qemu {
  readonly #child: ChildProcess;
  readonly #options: QemuOptions;
  readonly #control: LineLink;
  readonly #ended: Promise<void>;
  /** Aborts when the process has ended, however. */
  readonly gone: AbortSignal;

  private constructor(
    child: ChildProcess,
    control: LineLink,
    { ended, gone }: { readonly ended: Promise<void>; readonly gone: AbortSignal },
    options: QemuOptions,
  ) {
    this.#child = child;
    this.#control = control;
    this.#ended = ended;
    this.gone = gone;
    this.#options = options;
  }

  static async start(options: QemuOptions): Promise<Result<Qemu, CodedError>> {
    const { image, folder, screen, clock, kvm } = options;
    const control = join(folder, "qmp.sock");
    const bench = join(folder, "bench.sock");
    for (const socket of [control, bench]) rmSync(socket, { force: true });
    const serial = openSync(join(folder, "qemu.log"), "a");
    const child = spawn(
      "qemu-system-x86_64",
      [
        ["-nodefaults", "-no-user-config", "-machine", "q35", "-cpu", "max", "-smp", "2", "-m", MEMORY],
        kvm ? ["-accel", "kvm"] : ["-accel", "tcg,thread=multi,tb-size=1024"],
        ["-kernel", image.kernel, "-initrd", image.initrd],
        ["-append", "root=/dev/vda rw console=ttyS0 quiet loglevel=3 panic=10 mitigations=off"],
        ["-drive", `file=${image.disk},format=raw,if=virtio,cache=writeback,discard=unmap`],
        // Nothing outside reaches in; inside reaches this machine's loopback as 10.0.2.2, and nothing else.
        ["-netdev", "user,id=net,restrict=off", "-device", "virtio-net-pci,netdev=net"],
        ["-device", `VGA,edid=on,xres=${screen.width},yres=${screen.height},vgamem_mb=32`, "-display", "none"],
        ["-device", "qemu-xhci", "-device", "usb-tablet", "-device", "virtio-rng-pci"],
        ["-device", "virtio-serial-pci", "-chardev", `socket,id=bench,path=${bench},server=on,wait=off`],
        ["-device", "virtserialport,chardev=bench,name=ventanilla.bench"],
        ["-qmp", `unix:${control},server=on,wait=off`, "-serial", `file:${join(folder, "serial.log")}`],
      ].flat(),
      { stdio: ["ignore", serial, serial] },
    );
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const gone = new AbortController();
    for (const end of ["exit", "error"])
      child.once(end, () => {
        gone.abort();
        resolve();
      });
    const link = await connectTo(control, clock, gone.signal);
    if (!link.ok) {
      child.kill("SIGKILL");
      return link;
    }
    const qemu = new Qemu(child, link.value, { ended, gone: gone.signal }, options);
    const ready = await qemu.#ask("qmp_capabilities");
    return ready.ok ? ok(qemu) : ready;
  }

  get process(): number | undefined {
    return this.#child.pid;
  }

  /** The socket on which the agent inside answers. */
  bench(): Promise<Result<LineLink, CodedError>> {
    return connectTo(join(this.#options.folder, "bench.sock"), this.#options.clock, this.gone);
  }

  /** A photograph of the screen. */
  async photograph(file: string): Promise<Result<void, CodedError>> {
    return await this.#ask("screendump", { filename: file, format: "png" });
  }

  /** A finger on the screen for a moment. @param x pixels from the left. @param y pixels from the top. */
  async touch(x: number, y: number): Promise<Result<void, CodedError>> {
    const { width, height } = this.#options.screen;
    const axis = (name: "x" | "y", at: number, of: number) => ({
      type: "abs",
      data: { axis: name, value: Math.round((at / of) * 0x7fff) },
    });
    const button = (down: boolean) => ({ type: "btn", data: { button: "left", down } });
    const moved = await this.#ask("input-send-event", { events: [axis("x", x, width), axis("y", y, height)] });
    if (!moved.ok) return moved;
    await pause(this.#options.clock, 150);
    const pressed = await this.#ask("input-send-event", { events: [button(true)] });
    if (!pressed.ok) return pressed;
    await pause(this.#options.clock, 120);
    return await this.#ask("input-send-event", { events: [button(false)] });
  }

  /** As when somebody pulls the plug. */
  async pullFromMains(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #ask(execute: string, parameters?: object): Promise<Result<void, CodedError>> {
    const answer = await this.#control.ask(
      { execute, ...(parameters === undefined ? {} : { arguments: parameters }) },
      CONNECT_WITHIN,
      (value) => typeof value === "object" && value !== null && ("return" in value || "error" in value),
    );
    if (!answer.ok) return answer;
    return "error" in (answer.value as object)
      ? err(coded("vm.machine-refused", `${execute}: ${JSON.stringify(answer.value)}`))
      : ok();
  }
}

async function connectTo(path: string, clock: Clock, gone: AbortSignal): Promise<Result<LineLink, CodedError>> {
  return await withDeadline(clock, CONNECT_WITHIN, gone, `QEMU's socket ${path}`, async (signal) => {
    for (;;) {
      const socket = await opened(path);
      if (socket !== undefined) return ok(new LineLink(socket, createInterface({ input: socket }), clock));
      if (!(await pause(clock, 100, signal))) return err(coded("vm.machine-refused", path));
    }
  });
}

function opened(path: string): Promise<Socket | undefined> {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  const socket = connect(path);
  socket.once("connect", () => resolve(socket));
  socket.once("error", () => resolve(undefined));
  return promise;
}
