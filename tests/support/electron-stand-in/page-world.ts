/**
 * What runs inside the page. Each function is sent as source text and must be self-contained.
 *
 * Electron's `contextBridge` copies values between two JavaScript worlds and turns functions into proxies. Here the two worlds
 * share only the DOM, so that the copies travel as `detail` of synchronous events on the document, under a name that the page
 * cannot guess.
 */

type Encoded =
  | { readonly f: number }
  | { readonly a: readonly Encoded[] }
  | { readonly o: ReadonlyArray<readonly [string, Encoded]> }
  | { readonly v: unknown };
type Parcel = { readonly kind: string; readonly body: unknown };
type Callable = (...values: unknown[]) => unknown;
type WorldGlobals = {
  __standInIpc: (text: string) => void;
  __standInDeliver: (channel: string, values: unknown[]) => void;
  __standInElectron: unknown;
};

export function joinWorlds(name: string, main: boolean): { expose: (key: string, api: unknown) => void } {
  const send = document.dispatchEvent.bind(document);
  const outward = `${name}${main ? "-isolated" : "-main"}`;
  const inward = `${name}${main ? "-main" : "-isolated"}`;
  const functions: Callable[] = [];
  const exposed: Array<readonly [string, Encoded]> = [];
  let reply: { result?: Encoded; error?: string } | undefined;

  const emit = (kind: string, body: unknown) => send(new CustomEvent(outward, { detail: { kind, body } }));
  const encode = (value: unknown): Encoded => {
    if (typeof value === "function") return { f: functions.push(value as Callable) - 1 };
    if (Array.isArray(value)) return { a: value.map(encode) };
    if (typeof value !== "object" || value === null) return { v: value };
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return { v: structuredClone(value) };
    return { o: Object.entries(value).map(([key, inner]) => [key, encode(inner)]) };
  };
  const decode = (encoded: Encoded): unknown => {
    if ("f" in encoded) return (...values: unknown[]) => call(encoded.f, values);
    if ("a" in encoded) return encoded.a.map(decode);
    if ("o" in encoded) return Object.fromEntries(encoded.o.map(([key, inner]) => [key, decode(inner)]));
    return encoded.v;
  };
  const call = (index: number, values: unknown[]): unknown => {
    reply = undefined;
    emit("call", { index, values: values.map(encode) });
    const answer = reply as { result?: Encoded; error?: string } | undefined;
    if (answer?.error !== undefined) throw new Error(answer.error);
    return answer?.result === undefined ? undefined : decode(answer.result);
  };

  document.addEventListener(inward, (event) => {
    const { kind, body } = (event as CustomEvent<Parcel>).detail;
    if (kind === "call") {
      const { index, values } = body as { index: number; values: Encoded[] };
      try {
        emit("reply", { result: encode(functions[index]?.(...values.map(decode))) });
      } catch (error) {
        emit("reply", { error: error instanceof Error ? error.message : String(error) });
      }
    } else if (kind === "reply") {
      reply = body as { result?: Encoded; error?: string };
    } else if (kind === "expose") {
      const [key, api] = body as [string, Encoded];
      if (Object.hasOwn(window, key)) return;
      Object.defineProperty(window, key, { value: Object.freeze(decode(api)), enumerable: true });
    } else if (kind === "hello") {
      for (const each of exposed) emit("expose", each);
    }
  });
  if (main) emit("hello", null);
  return {
    expose(key, api) {
      const entry = [key, encode(api)] as const;
      exposed.push(entry);
      emit("expose", entry);
    },
  };
}

/** The module `electron` as a sandboxed preload sees it, and the way in for what main sends. */
export function preloadElectron(bridge: { expose: (key: string, api: unknown) => void }): unknown {
  const world = globalThis as unknown as WorldGlobals;
  const listeners = new Map<string, Callable[]>();
  /** Values that JSON would silently change arrive as what they are not: an object that says so. */
  const pack = (_key: string, value: unknown): unknown => {
    if (value === undefined || typeof value === "bigint") return { unserializable: typeof value };
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
      if (kind !== "Object") return { unserializable: kind };
    }
    return value;
  };
  world.__standInDeliver = (channel, values) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...values);
  };
  const electron = {
    contextBridge: { exposeInMainWorld: bridge.expose },
    ipcRenderer: {
      on(channel: string, listener: Callable) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      send(channel: string, ...values: unknown[]) {
        // Electron throws for what cannot be cloned; so does this.
        world.__standInIpc(JSON.stringify({ channel, values: structuredClone(values) }, pack));
      },
    },
  };
  world.__standInElectron = electron;
  return electron;
}

/** Source for the page's own world. */
export function mainWorldSource(name: string): string {
  return `if (window === top) { (${joinWorlds})(${JSON.stringify(name)}, true); }`;
}

/** Source for the preload's isolated world: Electron's objects, then the preload itself as a CommonJS module. */
export function preloadSource(name: string, preload: string): string {
  return `if (window === top) {
    const electron = (${preloadElectron})((${joinWorlds})(${JSON.stringify(name)}, false));
    const require = (id) => { if (id === "electron") return electron; throw new Error("a sandboxed preload cannot load " + id); };
    const module = { exports: {} };
    (function (require, module, exports) {${preload}\n})(require, module, module.exports);
  }`;
}
