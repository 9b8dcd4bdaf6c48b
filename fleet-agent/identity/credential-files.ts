import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/node/replace-file.ts";
import type { Unsubscribe } from "../../base/observable.ts";
import type { KioskIdentity } from "./interface.ts";

/** Owner and group: the runtime shows the same identity to the gateway. */
const MODE = 0o640;

/**
 * Keeps the kiosk's certificate, key and CA as PEM files in `directory`, now and at each renewal. The key comes first: whoever reads
 * both keeps the pair before it until the certificate is there too.
 */
export function keepCredentialFiles({ credentials }: KioskIdentity, directory: string): Unsubscribe {
  const write = ({ certificate, key, ca }: KioskIdentity["credentials"]["value"]) => {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    replaceFile(join(directory, "kiosk.key"), key, MODE);
    replaceFile(join(directory, "kiosk.crt"), certificate, MODE);
    replaceFile(join(directory, "ca.crt"), ca, MODE);
  };
  write(credentials.value);
  return credentials.subscribe(write);
}
