import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { buildRuntime } from "../../../scripts/build-runtime.ts";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";
import { type Entry, initramfs } from "../../support/vm/initramfs.ts";
import { type Kernel, loadOrder } from "../../support/vm/kernel.ts";
import { Monitor } from "../../support/vm/qmp.ts";
import { askGuest } from "./ask-guest.ts";
import { GUEST_ADDRESS, GUEST_PORT, OUTSIDE_ADDRESS } from "./guest-protocol.ts";
import { DISK_BYTES, SERIAL_PORTS, startMachine } from "./machine.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const NODE = join(ROOT, "node_modules", "node", "bin", "node");
const SOURCE = join(import.meta.dirname, "inside", "main.ts");
/** Before `Go`: what the disk needs comes with it, so that nothing of the disk is read before the machine is frozen. */
const MODULES = ["virtio_pci", "virtio_net", "crc32c_intel", "crc32c_generic", "ext4"];
const DISK_MODULE = "virtio_blk";
const WARM_WITHIN = 1_800_000;
/** Most of what is free after the boot. */
const ZEROED_MEGABYTES = 360;

/**
 * Boots Debian's kernel with Node and the bundled runtime in memory, waits until both wait for the power to come back, and freezes the
 * machine into a file. Its disk is not touched.
 *
 * @returns the file.
 */
export async function warmMachine(kernel: Kernel, folder: string): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { folder: runtime } = await buildRuntime(join(folder, "runtime"));
  await bundle(join(folder, "inside.mjs"));
  const image = join(folder, "initramfs.cpio");
  writeFileSync(image, initramfs(entries(kernel, runtime, join(folder, "inside.mjs"))));
  const monitor = new Monitor(join(folder, "monitor"));
  const port = await freePort();
  const machine = startMachine({
    disk: `driver=null-co,node-name=data,size=${DISK_BYTES}`,
    cables: SERIAL_PORTS.map((_, index) => `null,id=cable${index}`),
    ports: new Map([[GUEST_PORT, port]]),
    console: join(folder, "console.log"),
    others: [
      ["-kernel", kernel.image, "-initrd", image, "-qmp", `unix:${join(folder, "monitor")}`],
      // On a busy machine the emulated timer is late, and the kernel, which tests it at its start, would give up.
      [
        "-append",
        "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on tsc=reliable no_timer_check",
      ],
    ].flat(),
  });
  let complaint = "";
  machine.stderr?.on("data", (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2_000);
  });
  const state = join(folder, "frozen");
  try {
    await until(
      "a warm machine",
      async () => {
        if (machine.exitCode !== null) throw new Error(`QEMU ended: ${complaint}`);
        const answer = await askGuest(port, { do: "tell" }).catch(() => undefined);
        return answer?.type === "warm" && answer.runtime;
      },
      WARM_WITHIN,
    );
    await monitor.save(state);
  } finally {
    machine.kill("SIGKILL");
    monitor.close();
    rmSync(image);
  }
  return state;
}

async function bundle(outfile: string): Promise<void> {
  await build({
    ...{ absWorkingDir: ROOT, entryPoints: [SOURCE], outfile, bundle: true },
    ...{ platform: "node", target: "node24", format: "esm", logLevel: "warning" },
  });
}

function entries(kernel: Kernel, runtime: string, program: string): Entry[] {
  const order = loadOrder(kernel, [...MODULES, DISK_MODULE]);
  const folders = [
    "bin",
    "data",
    "dev",
    "etc",
    "modules",
    "proc",
    "run",
    "sys",
    "tmp",
    "lib",
    "lib/x86_64-linux-gnu",
    "lib64",
  ];
  const modules = order.map((name) => ({ path: `modules/${name}.ko`, from: kernel.modules.get(name) ?? "" }));
  const files = readdirSync(runtime, { recursive: true, encoding: "utf8" }).map((name): Entry => {
    const path = `runtime/${name}`;
    return statSync(join(runtime, name)).isDirectory() ? { path, folder: true } : { path, from: join(runtime, name) };
  });
  return [
    ...[...folders, "runtime"].map((path) => ({ path, folder: true }) as const),
    { path: "dev/console", device: [5, 1] },
    { path: "bin/busybox", from: kernel.busybox },
    { path: "bin/node", from: realpathSync(NODE) },
    ...librariesOf(NODE).map((from) => ({ path: from.slice(1), from: realpathSync(from) })),
    { path: "inside.mjs", from: program },
    { path: "etc/hosts", text: `${OUTSIDE_ADDRESS} localhost\n` },
    ...modules,
    ...files,
    { path: "init", text: initScript(order.filter((name) => name !== DISK_MODULE)) },
  ];
}

/** Shared libraries that a program needs, and what loads them, where it looks for them. */
function librariesOf(program: string): string[] {
  const listed = execFileSync("ldd", [program], { encoding: "utf8" });
  return Array.from(listed.matchAll(/(\/\S+) \(0x/g), ([, path = ""]) => path);
}

function initScript(modules: readonly string[]): string {
  return [
    "#!/bin/busybox sh",
    "export PATH=/bin HOME=/tmp TMPDIR=/tmp",
    "/bin/busybox --install -s /bin",
    "mount -t devtmpfs dev /dev",
    "mount -t proc proc /proc",
    "mount -t sysfs sys /sys",
    ...modules.map((name) => `insmod /modules/${name}.ko`),
    "ip link set lo up",
    `ip addr add ${GUEST_ADDRESS}/24 dev eth0`,
    "ip link set eth0 up",
    // What the kernel has unpacked is still in free memory; zeros take no room in the frozen machine.
    `mount -t tmpfs -o size=${ZEROED_MEGABYTES}m zeros /tmp && dd if=/dev/zero of=/tmp/zeros bs=1M count=${ZEROED_MEGABYTES}`,
    "umount /tmp",
    "node --no-opt --no-maglev --no-sparkplug --disable-warning=ExperimentalWarning /inside.mjs /bin/node /runtime/main.js",
    "poweroff -f",
    "",
  ].join("\n");
}
