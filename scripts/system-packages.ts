import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

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
  { debian: "systemd", file: "/usr/bin/systemd-analyze", why: "counts how exposed the kiosk's units are" },
  { debian: "qemu-system-x86", file: "/usr/bin/qemu-system-x86_64", why: "the emulated PC of the USB lab" },
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
  { debian: "openpace", file: "/usr/bin/cvc-print", why: "another maker's PACE" },
  { debian: "mrtdreader", file: "/usr/bin/mrtdreader", why: "another maker's reader of electronic documents" },
];

/**
 * Installs the Debian packages that tests need and this machine lacks.
 *
 * @returns a sentence for each package that could not be had; empty when all are there.
 */
export function installTestPackages(): string[] {
  const missing = TEST_PACKAGES.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return [];
  const names = missing.map(({ debian }) => debian);
  const byHand = `run as root: apt-get install ${names.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return missing.map(({ debian, why }) => `${debian} is missing (${why}); ${byHand}`);
  process.stderr.write(`Installing Debian packages: ${names.join(", ")} …\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const command of [["update"], ["install", "-y", "--no-install-recommends", ...names]])
    spawnSync("apt-get", ["-qq", ...command], { stdio: ["ignore", "ignore", "inherit"], env: environment });
  return missing
    .filter(({ file }) => !existsSync(file))
    .map(({ debian, why }) => `${debian} could not be installed (${why}); ${byHand}`);
}
