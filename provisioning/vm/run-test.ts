import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { install } from "../install/install.ts";
import { openMachine } from "../install/machine.ts";
import { siteSchema } from "../install/settings.ts";
import { buildPackages } from "../packages/build.ts";
import { PACKAGES } from "../packages/packages.ts";
import { run } from "../process.ts";
import { BENCH_DEVICES, BENCH_FLEET, BENCH_KIOSK, BENCH_UNITS, layDownBench } from "./bench.ts";
import { debianRoot, unpackRoot } from "./debian.ts";
import { type Image, makeImage, prepareForQemu } from "./image.ts";
import { Protocol } from "./report.ts";
import { runScenario } from "./scenario.ts";
import { leavesNothing } from "./traces.ts";

export type VmTestOptions = {
  /** Folder of the project. */
  readonly project: string;
  /** Where the evidence goes; `out/provision` of the project when absent. */
  readonly out?: string;
  /** Boots the disk that the last run left instead of making one: for work on the scenario. */
  readonly keepImage?: boolean;
  /** Leaves out the installation that is removed again. */
  readonly skipRemoval?: boolean;
  /** Leaves out the journey of a citizen. */
  readonly skipCitizen?: boolean;
  /** Where disks and the Debian root are made; in the home directory's cache when absent. */
  readonly work?: string;
  /** Uses the processor's virtualisation; a machine that is itself virtual may offer one that does not work. */
  readonly kvm?: boolean;
  readonly clock: Clock;
  readonly say?: (line: string) => void;
};

const CACHE = join(homedir(), ".cache", "ventanilla", "vm");

const TOOLS: readonly (readonly [file: string, debian: string])[] = [
  ["/usr/bin/qemu-system-x86_64", "qemu-system-x86"],
  ["/usr/bin/mmdebstrap", "mmdebstrap"],
  ["/usr/bin/dpkg-deb", "dpkg"],
  ["/usr/sbin/mkfs.ext4", "e2fsprogs"],
  ["/usr/bin/unshare", "util-linux"],
  ["/usr/bin/chromium", "chromium"],
];

/** Makes a kiosk of a clean Debian in an emulated PC and puts it through a day. @returns whether everything passed. */
export async function runVmTest(options: VmTestOptions): Promise<boolean> {
  const { project, clock, say = () => {} } = options;
  const out = options.out ?? join(project, "out", "provision");
  rmSync(out, { recursive: true, force: true });
  const protocol = new Protocol(out, clock, say);
  const work = options.work ?? join(CACHE, "work");
  mkdirSync(work, { recursive: true });
  const kept: Image = { disk: join(work, "disk.raw"), kernel: join(work, "vmlinuz"), initrd: join(work, "initrd.img") };
  const ready = await protocol.step("tools", async () => missingTools());
  if (!ready) return false;
  if (options.keepImage !== true || !existsSync(kept.disk)) {
    const made = await makeKiosk(options, protocol, work);
    if (!made) return false;
  }
  // The scenario writes on a copy: the same disk can be booted again.
  const copy = { ...kept, disk: join(work, "run.raw") };
  await protocol.step("disk", async () => {
    rmSync(copy.disk, { force: true });
    const copied = await run(["cp", "--sparse=always", "--reflink=auto", kept.disk, copy.disk]);
    if (!copied.ok) return copied;
    return ok("a copy of the installed disk");
  });
  await runScenario({
    project,
    protocol,
    image: copy,
    clock,
    kvm: options.kvm ?? false,
    work,
    say,
    skipCitizen: options.skipCitizen ?? false,
  });
  return protocol.verdict === "passed";
}

function missingTools(): Result<string, CodedError> {
  const missing = TOOLS.filter(([file]) => !existsSync(file)).map(([, debian]) => debian);
  if (process.getuid?.() !== 0)
    return err(coded("install.unsupported", "the test makes a Debian root: run it as root"));
  if (missing.length > 0) return err(coded("install.unsupported", `apt-get install ${missing.join(" ")}`));
  return ok("all there");
}

async function makeKiosk(
  { project, skipRemoval = false, say = () => {} }: VmTestOptions,
  protocol: Protocol,
  work: string,
): Promise<boolean> {
  let files: readonly string[] = [];
  const built = await protocol.step("packages", async () => {
    const made = await buildPackages({ project });
    if (!made.ok) return made;
    files = made.value.map(({ file }) => file);
    writeFileSync(join(protocol.folder, "packages.json"), `${JSON.stringify(made.value, null, 2)}\n`);
    return ok(made.value.map(({ name, bytes }) => `${name} ${(bytes / 1e6).toFixed(1)} MB`).join(", "));
  });
  const root = join(work, "root");
  const machine = openMachine(root);
  const unpacked = async (): Promise<Result<string, CodedError>> => {
    const needed = PACKAGES.flatMap(({ depends }) => depends).filter((name) => !name.startsWith("ventanilla"));
    const debian = await debianRoot(CACHE, needed, say);
    if (!debian.ok) return debian;
    const laid = await unpackRoot(debian.value, root);
    return laid.ok ? ok("a clean Debian root") : laid;
  };
  const clean = built && (await protocol.step("debian", () => unpacked()));
  const traceless =
    clean &&
    (await protocol.step("removal leaves nothing", async () =>
      skipRemoval
        ? err({ notRun: "left out by --skip-removal" })
        : await leavesNothing({ root, packages: files, site: BENCH_SITE }),
    ));
  const installed =
    clean &&
    (skipRemoval || traceless || (await protocol.step("debian again", () => unpacked()))) &&
    (await protocol.step("install", async () => {
      const done = await install({ root, packages: files, site: BENCH_SITE });
      if (!done.ok) return err(done.error.error);
      writeFileSync(join(protocol.folder, "install.json"), `${JSON.stringify(done.value, null, 2)}\n`);
      return ok(
        done.value
          .filter(({ changed }) => changed)
          .map(({ name }) => name)
          .join(", "),
      );
    }));
  return (
    installed &&
    (await protocol.step("disk image", async () => {
      await layDownBench(project, machine);
      const enabled = await machine.run(["systemctl", "enable", "--quiet", ...BENCH_UNITS]);
      if (!enabled.ok) return enabled;
      const prepared = await prepareForQemu(machine);
      if (!prepared.ok) return prepared;
      const image = await makeImage(machine, work);
      return image.ok ? ok("ext4, with the bench's simulators and gateway") : image;
    }))
  );
}

/** Millimetres, as the emulated screen says of itself. */
const EMULATED_SCREEN = 274;

const BENCH_SITE = siteSchema.parse({
  kiosk: { id: BENCH_KIOSK, place: "ChileAtiende (banco de prueba)", screenWidth: EMULATED_SCREEN, demo: true },
  timezone: "America/Santiago",
  devices: [
    {
      id: "terminal",
      kind: "payment-terminal",
      model: "transbank-autoservicio",
      port: `${BENCH_DEVICES}/payment-terminal`,
    },
    { id: "printer", kind: "receipt-printer", model: "custom-vkp80", port: `${BENCH_DEVICES}/receipt-printer` },
    { id: "scanner", kind: "code-reader", model: "serial-scanner", port: `${BENCH_DEVICES}/code-reader` },
  ],
  // The bench's gateway has an authority of its own.
  gateway: {
    url: "https://127.0.0.1:4300",
    certificate: "/etc/ventanilla/gateway/kiosk.pem",
    key: "/etc/ventanilla/gateway/kiosk.key",
  },
  fleet: { server: BENCH_FLEET },
});
