import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Entry, initramfs } from "../support/vm/initramfs.ts";
import { type Kernel, loadOrder } from "../support/vm/kernel.ts";
import { QEMU } from "../support/vm/requirements.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const NODE = join(ROOT, "node_modules", "node", "bin", "node");

/** What the guest needs to find the host's tree, to speak to us, and to be both sides of a USB cable. */
const MODULES = [
  ["virtio_pci", "virtio_console", "9p", "9pnet_virtio"],
  ["xhci_pci", "dummy_hcd", "libcomposite", "usb_f_acm", "usb_f_printer", "usb_f_hid"],
  ["cdc_acm", "usblp", "ftdi_sio", "usbhid", "hid_generic", "evdev"],
].flat();

export type GuestRun = {
  /** The bundled program for the guest's Node; somewhere in this machine's tree. */
  readonly program: string;
  /** Handed to the program as JSON. */
  readonly options: object;
  /** Where serial console and image go. */
  readonly folder: string;
  /** Further arguments for QEMU: devices of its own. */
  readonly devices?: readonly string[];
  /** Until the machine is switched off whatever it does, milliseconds. */
  readonly within: number;
  readonly onLine: (line: unknown) => void;
};

/**
 * Boots Debian's kernel in QEMU's software emulation, with this machine's whole tree below it, read-only, and runs a program
 * there. The program's lines of JSON go to `onLine`. Ends when the program has ended.
 *
 * @throws Error when the machine did not end by itself in time.
 */
export async function runGuest(kernel: Kernel, run: GuestRun): Promise<void> {
  const { folder, devices = [], within } = run;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const image = join(folder, "initramfs.cpio");
  writeFileSync(image, initramfs(entries(kernel, run)));
  const machine = spawn(
    // The machine dies with us: software emulation takes a whole processor.
    "setpriv",
    [
      ["--pdeathsig", "KILL", QEMU, "-nodefaults", "-no-user-config", "-machine", "q35", "-cpu", "max"],
      ["-accel", "tcg,thread=multi,tb-size=512", "-smp", "2", "-m", "1024", "-display", "none", "-no-reboot"],
      ["-kernel", kernel.image, "-initrd", image],
      ["-append", "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off random.trust_cpu=on"],
      ["-serial", `file:${join(folder, "console.log")}`],
      ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"],
      ["-device", "virtio-9p-pci,fsdev=host,mount_tag=host"],
      ["-device", "virtio-serial-pci", "-chardev", "stdio,id=lab,signal=off"],
      ["-device", "virtserialport,chardev=lab,name=ventanilla.lab"],
      devices,
    ].flat(),
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  await ended(machine, run, within);
  rmSync(image);
}

async function ended(machine: ChildProcess, { folder, onLine }: GuestRun, within: number): Promise<void> {
  const { stdout, stderr } = machine;
  if (stdout === null || stderr === null) throw new Error("the machine has no pipes");
  let complaint = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  createInterface({ input: stdout }).on("line", (line) => {
    if (line.startsWith("{")) onLine(JSON.parse(line));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const deadline = setTimeout(() => {
    machine.kill("SIGKILL");
    reject(new Error(`the guest was still busy after ${within} ms; see ${join(folder, "console.log")}`));
  }, within);
  machine.once("error", reject);
  machine.once("close", (status, signal) => {
    if (status === 0) resolve();
    else reject(new Error(`QEMU ended with ${status ?? signal}: ${complaint}`));
  });
  try {
    await promise;
  } finally {
    clearTimeout(deadline);
  }
}

function entries(kernel: Kernel, { program, options }: GuestRun): Entry[] {
  const order = loadOrder(kernel, MODULES);
  const modules = order.map((name) => ({ path: `modules/${name}.ko`, from: kernel.modules.get(name) ?? "" }));
  const folders = ["bin", "dev", "host", "modules"].map((path) => ({ path, folder: true }) as const);
  return [
    ...folders,
    { path: "dev/console", device: [5, 1] },
    { path: "bin/busybox", from: kernel.busybox },
    ...modules,
    { path: "options.json", text: JSON.stringify(options) },
    { path: "init", text: initScript(order, program) },
  ];
}

/** The guest's first process: loads modules, goes into the host's tree, runs the program, switches off. */
function initScript(modules: readonly string[], program: string): string {
  const parameters = (name: string) => (name === "dummy_hcd" ? " num=8" : "");
  return [
    "#!/bin/busybox sh",
    "export PATH=/bin",
    "/bin/busybox --install -s /bin",
    ...modules.map((name) => `insmod /modules/${name}.ko${parameters(name)}`),
    "mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host",
    "mount -t devtmpfs dev /host/dev",
    "mount -t proc proc /host/proc",
    "mount -t sysfs sys /host/sys",
    "mount -t configfs config /host/sys/kernel/config",
    "mount -t tmpfs run /host/run",
    "mount -t tmpfs rules /host/usr/lib/udev/rules.d",
    "mkdir -p /host/run/tmp",
    "cp /options.json /host/run/options.json",
    // Programs look for the loopback interface even when they do not use it.
    "ip link set lo up",
    "export TMPDIR=/run/tmp HOME=/run/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `chroot /host ${NODE} --expose-gc --disable-warning=ExperimentalWarning ${program} /run/options.json`,
    "/bin/busybox poweroff -f",
    "",
  ].join("\n");
}
