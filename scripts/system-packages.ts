import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNPACKED_PACKAGES, virtualReaderLibrary } from "../simulators/chip-card/private-pcsc.ts";

type SystemPackage = { readonly debian: string; readonly file: string; readonly why: string };

/** Debian packages that tests use, each with the file that shows that it is there. */
const TEST_PACKAGES: readonly SystemPackage[] = [
  { debian: "chromium", file: "/usr/bin/chromium", why: "the browser that every citizen-facing test runs in" },
  {
    debian: "postgresql-15",
    file: "/usr/lib/postgresql/15/bin/postgres",
    why: "the database server that the fleet server runs on beside its embedded one",
  },
  { debian: "prometheus", file: "/usr/bin/promtool", why: "an outside check of our metrics" },
  {
    debian: "nginx-light",
    file: "/usr/sbin/nginx",
    why: "a reverse proxy of another make between kiosks and fleet server",
  },
  {
    debian: "nut-server",
    file: "/lib/nut/dummy-ups",
    why: "the UPS daemon itself, with a UPS that is a file",
  },
  {
    debian: "python3-pymodbus",
    file: "/usr/lib/python3/dist-packages/pymodbus/__init__.py",
    why: "a Modbus board of another make",
  },
  {
    debian: "python3-serial-asyncio",
    file: "/usr/lib/python3/dist-packages/serial_asyncio/__init__.py",
    why: "the serial line of that board",
  },
  { debian: "openssl", file: "/usr/bin/openssl", why: "an outside check of our certificates" },
  { debian: "nftables", file: "/usr/sbin/nft", why: "reads the kiosk's firewall as the kernel would" },
  {
    debian: "cups-ipp-utils",
    file: "/usr/sbin/ippeveprinter",
    why: "a page printer of another make, and IPP conformance tests for our simulated one",
  },
  { debian: "dbus-daemon", file: "/usr/bin/dbus-daemon", why: "ippeveprinter does not start without a message bus" },
  { debian: "sane-utils", file: "/usr/bin/scanimage", why: "scans our simulated scanner as any desktop would" },
  {
    debian: "sane-airscan",
    file: "/etc/sane.d/airscan.conf",
    why: "an eSCL client of another make",
  },
  { debian: "systemd", file: "/usr/bin/systemd-analyze", why: "counts how exposed the kiosk's units are" },
  { debian: "qemu-system-x86", file: "/usr/bin/qemu-system-x86_64", why: "the emulated PC of the USB lab" },
  { debian: "e2fsprogs", file: "/usr/sbin/mke2fs", why: "makes and checks the disks of the power cuts" },
  { debian: "pcscd", file: "/usr/sbin/pcscd", why: "the service for chip card readers, as on the kiosk" },
  {
    debian: "libccid",
    file: "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist",
    why: "the driver of USB chip card readers, as on the kiosk",
  },
  { debian: "udev", file: "/lib/systemd/systemd-udevd", why: "tells pcscd in the USB lab that a reader has come" },
  {
    debian: "vsmartcard-vpcd",
    file: "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
    why: "the virtual reader that simulated cards are put into",
  },
  { debian: "iproute2", file: "/sbin/ip", why: "gives that reader a network of its own" },
  { debian: "openpace", file: "/usr/bin/cvc-print", why: "another maker's PACE" },
  { debian: "mrtdreader", file: "/usr/bin/mrtdreader", why: "another maker's reader of electronic documents" },
];

const DEMO_PACKAGES = TEST_PACKAGES.filter(({ debian }) => ["pcscd", "iproute2"].includes(debian));
/** That a package server has to answer, milliseconds. What is being installed is not interrupted. */
const FETCH_WITHIN = 60_000;

/**
 * Installs the Debian packages that tests need and this machine lacks.
 *
 * @returns a sentence for each package that could not be had; empty when all are there.
 */
export function installTestPackages(): string[] {
  return install(TEST_PACKAGES);
}

/**
 * Gets what the demonstration's virtual chip card reader needs and this machine lacks, where this user may. vsmartcard-vpcd is taken
 * out of its package and not installed: installed, it opens a port on every network address as soon as anybody uses the machine's own pcscd.
 */
export function getVirtualReader(): void {
  if (!existsSync("/usr/bin/apt-get")) return;
  if (process.getuid?.() === 0) install(DEMO_PACKAGES);
  if (virtualReaderLibrary() !== undefined) return;
  process.stderr.write("Fetching Debian's vsmartcard-vpcd …\n");
  const archives = mkdtempSync(join(tmpdir(), "vpcd-"));
  const quiet = { cwd: archives, timeout: FETCH_WITHIN };
  mkdirSync(UNPACKED_PACKAGES, { recursive: true });
  // A normal user finds packages in the lists that are there.
  if (process.getuid?.() === 0) spawnSync("apt-get", ["-qq", "update"], quiet);
  spawnSync("apt-get", ["-qq", "download", "vsmartcard-vpcd"], quiet);
  for (const archive of readdirSync(archives)) spawnSync("dpkg-deb", ["-x", archive, UNPACKED_PACKAGES], quiet);
  rmSync(archives, { recursive: true, force: true });
}

function install(packages: readonly SystemPackage[]): string[] {
  const missing = packages.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return [];
  const names = missing.map(({ debian }) => debian);
  const byHand = `run as root: apt-get install ${names.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return missing.map(({ debian, why }) => `${debian} is missing (${why}); ${byHand}`);
  process.stderr.write(`Installing Debian packages: ${names.join(", ")} …\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const how: SpawnSyncOptions = { stdio: ["ignore", "ignore", "inherit"], env: environment };
  spawnSync("apt-get", ["-qq", "update"], { ...how, timeout: FETCH_WITHIN });
  spawnSync("apt-get", ["-qq", "install", "-y", "--no-install-recommends", ...names], how);
  return missing
    .filter(({ file }) => !existsSync(file))
    .map(({ debian, why }) => `${debian} could not be installed (${why}); ${byHand}`);
}
