/** A simulator answers at once, also beside whatever else this machine does; milliseconds. */
const ANSWERS_WITHIN = 30_000;

/** The operator's hand, over the operator API: what a demonstrator does in the dock. */
export class Operator {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws Error with the simulator's own words when it refuses. */
  async act(device: string, action: string, parameters: Record<string, unknown> = {}): Promise<void> {
    const answer = await this.#ask(`/${device}/actions/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(parameters),
    });
    if (!answer.ok) throw new Error(`${device} ${action}: ${await answer.text()}`);
  }

  async state(device: string): Promise<Record<string, unknown>> {
    const devices = await this.#devices();
    return devices.find(({ id }) => id === device)?.state ?? {};
  }

  async pictures(device: string): Promise<{ name: string; png: Uint8Array }[]> {
    const found = (await this.#devices()).find(({ id }) => id === device);
    return await Promise.all(
      (found?.pictures ?? []).map(async ({ name }) => {
        const answer = await this.#ask(`/${device}/pictures/${encodeURIComponent(name)}`);
        return { name, png: new Uint8Array(await answer.arrayBuffer()) };
      }),
    );
  }

  /** The words on a device's pictures, e.g. of each paper that is out. */
  async texts(device: string): Promise<{ name: string; text: string }[]> {
    return (await this.#ask(`/${device}/texts`)).json();
  }

  async #devices(): Promise<{ id: string; state: Record<string, unknown>; pictures: { name: string }[] }[]> {
    return (await this.#ask("")).json();
  }

  async #ask(path: string, request: RequestInit = {}): Promise<Response> {
    return await fetch(`${this.#url}/api/devices${path}`, { ...request, signal: AbortSignal.timeout(ANSWERS_WITHIN) });
  }
}
