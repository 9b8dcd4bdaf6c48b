import "../base/node/reflect-metadata.ts";
import { X509Certificate, X509Crl } from "@peculiar/x509";
import { FileTexts } from "../base/node/file-texts.ts";

/**
 * The serial numbers that the kiosks' CA has revoked, from a list (PEM, RFC 5280 §5) that the fleet server replaces while the gateway
 * runs. Asked with every request, because a connection may be older than the revocation.
 */
export class Revocations {
  readonly #files: FileTexts<"list">;
  readonly #ca: X509Certificate;
  #text = "";
  #serials = new Set<string>();

  private constructor(files: FileTexts<"list">, ca: X509Certificate) {
    this.#files = files;
    this.#ca = ca;
  }

  /**
   * @param path the list's file. @param ca PEM of the CA that must have signed it.
   * @throws Error when the list cannot be read or is not signed by the CA: a gateway without it would let revoked kiosks in.
   */
  static async open(path: string, ca: string): Promise<Revocations> {
    const revocations = new Revocations(new FileTexts({ list: path }), new X509Certificate(ca));
    if (!(await revocations.#refresh())) throw new Error(`${path} is no revocation list of the kiosks' CA`);
    return revocations;
  }

  /** @param serial hexadecimal, as TLS gives it. */
  async has(serial: string): Promise<boolean> {
    await this.#refresh();
    return this.#serials.has(normal(serial));
  }

  /** Takes the list in when it changed; `false` when it is none of this CA's, and the one before stays in force. */
  async #refresh(): Promise<boolean> {
    const { list } = this.#files.current();
    if (list === this.#text) return true;
    this.#text = list;
    try {
      const crl = new X509Crl(list);
      if (!(await crl.verify({ publicKey: this.#ca }))) return false;
      this.#serials = new Set(crl.entries.map(({ serialNumber }) => normal(serialNumber)));
      return true;
    } catch {
      return false;
    }
  }
}

function normal(serial: string): string {
  return serial.toLowerCase().replace(/^0+/, "");
}
