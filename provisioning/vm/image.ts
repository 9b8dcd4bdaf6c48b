import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Machine } from "../install/machine.ts";
import { run } from "../process.ts";

export type Image = { readonly disk: string; readonly kernel: string; readonly initrd: string };

const SIZE = 6 * 1024 ** 3;

/** What the bench needs of a machine that a kiosk does not care about: its disk, its network, drivers for QEMU's devices. */
export async function prepareForQemu(machine: Machine): Promise<Result<void, CodedError>> {
  machine.write("/etc/fstab", "/dev/vda / ext4 defaults,errors=remount-ro 0 1\n");
  machine.write("/etc/hostname", "kiosk\n");
  machine.write("/etc/hosts", "127.0.0.1 localhost kiosk\n");
  machine.write(
    "/etc/systemd/network/10-bench.network",
    "[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\n",
  );
  machine.write("/etc/initramfs-tools/modules", "virtio_pci\nvirtio_blk\next4\n");
  machine.write("/etc/initramfs-tools/conf.d/bench", "MODULES=list\nCOMPRESS=zstd\n");
  for (const command of [
    ["systemctl", "enable", "--quiet", "systemd-networkd.service"],
    ["update-initramfs", "-u"],
    ["apt-get", "clean"],
  ]) {
    const done = await machine.run(command);
    if (!done.ok) return done;
  }
  // No machine has two times the same identity.
  machine.write("/etc/machine-id", "");
  return ok();
}

/** An ext4 disk of what lies in the machine's folder, with kernel and initial RAM disk beside it. */
export async function makeImage(machine: Machine, folder: string): Promise<Result<Image, CodedError>> {
  const boot = machine.path("/boot");
  const newest = (prefix: string) =>
    join(
      boot,
      readdirSync(boot)
        .filter((name) => name.startsWith(prefix))
        .sort()
        .at(-1) ?? prefix,
    );
  const image = { disk: join(folder, "disk.raw"), kernel: join(folder, "vmlinuz"), initrd: join(folder, "initrd.img") };
  for (const [from, to] of [
    [newest("vmlinuz-"), image.kernel],
    [newest("initrd.img-"), image.initrd],
  ] as const) {
    const copied = await run(["cp", from, to]);
    if (!copied.ok) return copied;
  }
  rmSync(image.disk, { force: true });
  writeFileSync(image.disk, "");
  truncateSync(image.disk, SIZE);
  const made = await run(["mkfs.ext4", "-q", "-F", "-L", "kiosk", "-d", machine.root, image.disk], { within: 600_000 });
  if (!made.ok) return made;
  return statSync(image.disk).size === SIZE ? ok(image) : ok(image);
}
