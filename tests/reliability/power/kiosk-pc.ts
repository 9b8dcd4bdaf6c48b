import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { KioskStack, QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { askGuest } from "./ask-guest.ts";
import { papersOut } from "./citizen.ts";
import { DATA, UNMOUNTABLE } from "./guest-protocol.ts";
import { type Autopsy, autopsy, checked, newImage, readJournal } from "./image.ts";
import type { Outside } from "./judge.ts";
import { SERIAL_PORTS } from "./machine.ts";
import { NbdServer } from "./nbd-server.ts";
import { readPcFile, writePcFile } from "./pc-file.ts";
import { Plug } from "./plug.ts";
import { type CutReport, VolatileDisk } from "./volatile-disk.ts";

/** What the serial ports of the PC end in. */
const CABLES = ["payment-terminal", "receipt-printer", "code-reader"] as const;
const DEVICES = [
  { id: "terminal", kind: "payment-terminal", model: "transbank-autoservicio", port: SERIAL_PORTS[0], saleWithin: 12 },
  { id: "printer", kind: "receipt-printer", model: "custom-vkp80", port: SERIAL_PORTS[1] },
  { id: "scanner", kind: "code-reader", model: "serial-scanner", port: SERIAL_PORTS[2] },
];
/** For one screen: the guest's processor is emulated, and others use this machine too. */
const PATIENCE = 300_000;
const SETTLED_WITHIN = 600_000;
const SERVES_WITHIN = 300_000;
/** Between two looks that the emulated processor has to answer, milliseconds: each costs it a hundredth of a second and more. */
const LOOK_EVERY = 700;

/** A whole kiosk whose runtime runs in an emulated PC with a disk of its own; devices, gateway and institutions keep their power. */
export class KioskPc {
  readonly stack: KioskStack;
  readonly plug: Plug;
  readonly #disk: VolatileDisk;
  readonly #nbd: NbdServer;
  readonly #folder: string;
  #lives = 0;
  /** From where on the logs are of this life. */
  #logged = 0;
  /** The life whose disk was checked before it could be mounted. */
  #checkedLife: number | undefined;
  /** How often the boot's check of the file system was needed. */
  checks = 0;
  /** Tickets and keys of disks that are no longer in the PC. */
  readonly forgotten = new Set<string>();

  private constructor(stack: KioskStack, disk: VolatileDisk, nbd: NbdServer, folder: string) {
    this.stack = stack;
    this.#disk = disk;
    this.#nbd = nbd;
    this.#folder = folder;
    this.plug = new Plug(disk, () => stack.demo.parts.runtime.kill());
  }

  /** @param frozen the warm machine. */
  static async start(frozen: string): Promise<KioskPc> {
    const folder = mkdtempSync(join(tmpdir(), "power-"));
    const disk = new VolatileDisk(newImage(folder));
    const nbd = new NbdServer(join(folder, "disk.sock"), disk);
    const stack = await KioskStack.start({
      gateway: QUICK_GATEWAY,
      patience: PATIENCE,
      runtimeProgram: join(import.meta.dirname, "pc-child.ts"),
      runtime: (directory) => {
        const cables = CABLES.map((name) => join(directory, "devices", name));
        writePcFile(directory, { frozen, disk: nbd.path, cables });
        return { devices: DEVICES };
      },
    });
    return new KioskPc(stack, disk, nbd, folder);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    this.#nbd.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Waits until the PC is dead, and decides what its disk has kept. */
  async died(random: Random): Promise<{ report: CutReport; disk: Autopsy }> {
    const { runtime } = this.stack.demo.parts;
    await until("the end of the PC", () => runtime.pid === undefined && this.stack.kiosk.view === undefined);
    await this.#nbd.left();
    this.#lives++;
    const report = this.#disk.powerOn(random);
    this.plug.pluggedIn();
    return { report, disk: autopsy(this.#disk.image, join(this.#folder, "autopsy")) };
  }

  /** Puts an empty disk into the dead PC. */
  async newDisk(): Promise<void> {
    const { charges, sale, submissions } = await this.outside();
    for (const name of [...charges.map(({ ticket }) => ticket), ...submissions.keys(), sale ?? ""])
      this.forgotten.add(name);
    this.#disk.insert(newImage(this.#folder));
  }

  /** From now on the drive does not flush, whatever it says. */
  lie(): void {
    this.#disk.lies = true;
  }

  /** Switches the PC on. */
  async switchOn(): Promise<void> {
    this.#logged = this.stack.logs.length;
    await this.stack.demo.parts.runtime.start().catch((problem: unknown) => {
      if (!this.plug.isOut) throw problem;
    });
  }

  /**
   * Does what a kiosk's boot does before it mounts, where the kernel alone refuses the disk: one whose last commit block, or superblock, was torn.
   * The guest mounts without that check, which would replay every file system's journal instead of the kernel.
   */
  async #checkDisk(): Promise<void> {
    const refused = this.stack.logs.slice(this.#logged).some((line) => line.includes(UNMOUNTABLE));
    if (!refused || this.#checkedLife === this.#lives || this.stack.demo.parts.runtime.pid !== undefined) return;
    this.#checkedLife = this.#lives;
    this.checks++;
    this.#disk.insert(checked(this.#disk.image, join(this.#folder, "check")));
    await this.switchOn();
  }

  /** @throws Error with the last words of a PC that went off by itself, or when it is not the same life any more. */
  #mustRun(life: number): void {
    if (life !== this.#lives) throw new Error("the power has gone meanwhile");
    if (this.stack.demo.parts.runtime.pid === undefined)
      throw new Error(`the kiosk does not start: ${this.stack.logs.slice(-5).join("\n")}`);
  }

  /** Waits until everything that earlier journeys left is settled and told, and takes what citizens left. */
  async settled(): Promise<Autopsy> {
    const { stack } = this;
    const life = this.#lives;
    await until(
      "a screen",
      async () => {
        await this.#checkDisk();
        this.#mustRun(life);
        return stack.kiosk.view !== undefined;
      },
      SERVES_WITHIN,
    );
    const disk = await until(
      "all journeys settled",
      async () => {
        this.#mustRun(life);
        const now = await this.#journal();
        return now?.journeys.every(({ settled_at }) => settled_at !== null) ? now : undefined;
      },
      SETTLED_WITHIN,
      LOOK_EVERY,
    );
    await stack.operator.act("payment-terminal", "removeCard").catch(() => undefined);
    await until("the mouth empty", async () => {
      if (!(await stack.papers()).some(({ place }) => place === "in the mouth")) return true;
      await stack.operator.act("receipt-printer", "takeTicket").catch(() => undefined);
      return false;
    });
    await until(
      "the gateway told",
      async () => {
        this.#mustRun(life);
        return (await stack.health()).incidentsWaiting === 0;
      },
      SERVES_WITHIN,
      LOOK_EVERY,
    );
    await stack.kiosk.sees("attract", undefined, SERVES_WITHIN);
    return (await this.#journal()) ?? disk;
  }

  /** Waits until the next citizen can be served. */
  async serves(): Promise<void> {
    await until(
      "the kiosk serving",
      async () => {
        const { institutions, closed, devices } = await this.stack.health();
        const ready = devices.every(({ link, readiness }) => link === "connected" && readiness === "ready");
        return ready && !closed && ["fonasa", "srcei"].every((name) => institutions.includes(name));
      },
      SERVES_WITHIN,
      LOOK_EVERY,
    );
  }

  /** What terminal, printer, institutions and gateway say. */
  async outside(): Promise<Outside> {
    const { stack } = this;
    const { charges, sale } = (await stack.operator.state("payment-terminal")) as unknown as {
      charges: Outside["charges"];
      sale: { readonly ticket: string } | null;
    };
    const { issued } = await stack.operator.state("srcei-certificates");
    return {
      charges,
      sale: sale?.ticket,
      bonos: await stack.bonos(),
      certificates: Number(issued),
      submissions: submissionsIn(join(stack.directory, "gateway", "gateway.db")),
      incidents: stack.gatewayIncidents().map(({ number }) => number),
      papers: await papersOut(stack),
    };
  }

  /** Seconds of a processor that the PC has used since it was switched on. */
  processorSeconds(): number {
    const { machine } = readPcFile(this.stack.directory);
    try {
      const fields = readFileSync(`/proc/${machine}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return 0;
    }
  }

  /** The journal as the running guest has it: all of it is durable, because the runtime waits for that. */
  async #journal(): Promise<Autopsy | undefined> {
    const { control } = readPcFile(this.stack.directory);
    const files = await askGuest(control ?? 0, { do: "copy", folder: join(DATA, "runtime") }).catch(() => undefined);
    if (files === undefined) return undefined;
    const copy = join(this.#folder, "copy");
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy);
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(copy, name), Buffer.from(content, "base64"));
    // Copied while it was written: looked at again.
    const journal = readJournal(copy, []);
    return journal.faults.length === 0 ? { ...journal, configured: true } : undefined;
  }
}

function submissionsIn(file: string): ReadonlyMap<string, string> {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database.prepare("SELECT key, state FROM submissions").all() as { key: string; state: string }[];
    return new Map(rows.map(({ key, state }) => [key, state]));
  } finally {
    database.close();
  }
}
