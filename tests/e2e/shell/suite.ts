import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_MESSAGE_BYTES } from "../../../kiosk/contract/messages.ts";
import { buildShell } from "../../../kiosk/shell-electron/build.ts";
import { CHANNELS } from "../../../kiosk/shell-electron/channels.ts";
import { type Canary, startCanary } from "./canary.ts";
import { FakeRuntime, viewOf } from "./fake-runtime.ts";
import type { Key, ShellLog, ShellUnderTest, StartShell } from "./shell-under-test.ts";

const TEST_PAGE = resolve(import.meta.dirname, "page");
const WAIT = { timeout: 15_000, interval: 50 };

/** Every permission that a page can ask for by a name, and what asks for it. */
const PERMISSION_NAMES = [
  "geolocation",
  "notifications",
  "camera",
  "microphone",
  "midi",
  "clipboard-read",
  "clipboard-write",
  "idle-detection",
  "window-management",
  "local-fonts",
  "display-capture",
  "keyboard-lock",
  "pointer-lock",
  "speaker-selection",
  "nfc",
  "payment-handler",
] as const;

/**
 * The real main process and the real preload, end to end: a view is drawn, a touch comes back, and nothing of what a hostile
 * page or a broken renderer tries gets out. One suite for every back end that can run them.
 */
export function shellSuite(backEnd: string, start: StartShell): void {
  describe(backEnd, () => {
    let directory: string;
    let bundle: string;
    let canary: Canary;
    let runtime: FakeRuntime;
    let shell: ShellUnderTest;

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "shell-"));
      bundle = await buildShell({ directory: join(directory, "bundle"), testBuild: true });
      canary = await startCanary();
    });
    afterAll(async () => {
      await canary.close();
      rmSync(directory, { recursive: true, force: true });
    });

    async function begin(): Promise<void> {
      runtime = new FakeRuntime(join(directory, "view.sock"));
      await runtime.listen();
      runtime.publish(viewOf(1, "attract", "Bienvenido"));
      shell = await start({ bundle, ui: TEST_PAGE, socket: runtime.path });
      await shows("Bienvenido");
    }
    async function end(): Promise<void> {
      await shell.stop();
      await runtime.close();
    }

    const shows = (title: string) =>
      vi.waitFor(
        async () => expect(await shell.evaluate("document.querySelector('#title')?.textContent")).toBe(title),
        WAIT,
      );
    const logged = (event: string, fields: ShellLog["fields"] = {}) =>
      shell.logs.filter(
        (log) => log.event === event && Object.entries(fields).every(([name, value]) => log.fields[name] === value),
      ).length;

    describe("a page that is attacked, or attacks", () => {
      beforeAll(begin);
      afterAll(end);
      // Whatever was tried, in this test or, with an effect that came late, in one before: the page is where it was, alone,
      // was never loaded again, and nothing left the machine.
      afterEach(async () => {
        expect(await shell.url()).toBe("app://kiosk/");
        expect(await shell.windows()).toBe(1);
        expect(canary.touched()).toBe(0);
        expect(shell.downloads()).toEqual([]);
        expect(logged("shell.page-failed")).toBe(0);
        expect(logged("shell.page-ready")).toBe(1);
        expect(await shell.evaluate("document.querySelector('#title').textContent")).toBe("Bienvenido");
      });

      /** A round trip through page, main and runtime: what was under way in each of them before it has run. */
      async function roundTrip(): Promise<void> {
        const before = runtime.received.length;
        await shell.tap("#start");
        await expect.poll(() => runtime.received.length, WAIT).toBe(before + 1);
      }
      /** Does it and waits until somebody who guards the page, the shell or Chromium's policy, has said no. */
      async function isForbidden(attack: string): Promise<void> {
        const verdicts = async () =>
          logged("shell.blocked") + (await shell.evaluate<number>("window.violations.length"));
        const before = await verdicts();
        await shell.evaluate(attack);
        await expect.poll(verdicts, WAIT).toBeGreaterThan(before);
        await roundTrip();
      }

      test("a touch reaches the runtime as an intent of the contract", async () => {
        await roundTrip();
        expect(runtime.received).toMatchObject([{ type: "intent", view: 1, intent: { type: "START" } }]);
      });

      test("the page has the bridge and nothing else of Electron or Node", async () => {
        expect(await shell.evaluate("Object.keys(window.ventanilla)")).toEqual(["onMessage", "send"]);
        expect(await shell.evaluate("Object.isFrozen(window.ventanilla)")).toBe(true);
        const names = ["require", "process", "module", "Buffer", "electron", "ipcRenderer", "__dirname", "global"];
        expect(await shell.evaluate(`${JSON.stringify(names)}.filter((name) => name in window)`)).toEqual([]);
      });

      test.each([
        ["to the network", (port: number) => `location.href = "http://127.0.0.1:${port}/"`],
        ["by a link", (port: number) => withElement("a", `{ href: "http://127.0.0.1:${port}/" }`, "click()")],
        [
          "by a form",
          (port: number) => withElement("form", `{ action: "http://127.0.0.1:${port}/", method: "post" }`, "submit()"),
        ],
        ["to a script address", () => `location.href = "javascript:document.title='x'"`],
        ["in a frame", (port: number) => withElement("iframe", `{ src: "http://127.0.0.1:${port}/" }`, "id")],
      ])("navigation %s is forbidden", async (_name, attack) => {
        await isForbidden(`{ ${attack(canary.tcp)}; }`);
      });

      // These are dropped inside Chromium without a word.
      test.each([
        ["to a file", `location.href = "file:///etc/passwd"`],
        ["to a data address", `location.href = "data:text/html,<h1>x</h1>"`],
        ["to a page of the browser", `location.href = "chrome://version"`],
        ["to another program", `location.href = "mailto:x@example.invalid"`],
      ])("navigation %s goes nowhere", async (_name, attack) => {
        await shell.evaluate(`{ ${attack}; }`);
        await roundTrip();
      });

      test("window.open and target=_blank open nothing", async () => {
        await shell.evaluate(`{
          window.open("http://127.0.0.1:${canary.tcp}/");
          window.open("app://kiosk/");
          ${withElement("a", `{ href: "http://127.0.0.1:${canary.tcp}/", target: "_blank" }`, "click()")};
        }`);
        await roundTrip();
      });

      test.each([
        ["fetch", (url: string) => `fetch("${url}").then(() => "reached", () => "blocked")`],
        ["XMLHttpRequest", (url: string) => viaEvents(`new XMLHttpRequest()`, `t.open("GET", "${url}"); t.send()`)],
        ["WebSocket", (url: string) => viaEvents(`new WebSocket("${url.replace("http", "ws")}")`, "")],
        ["EventSource", (url: string) => viaEvents(`new EventSource("${url}")`, "")],
        ["image", (url: string) => viaEvents("new Image()", `t.src = "${url}"`)],
        ["stylesheet", (url: string) => viaEvents(`document.createElement("link")`, stylesheet(url))],
        ["beacon", (url: string) => `navigator.sendBeacon("${url}") ? "queued" : "blocked"`],
        [
          "worker",
          (url: string) => `(() => { try { new Worker("${url}"); return "reached"; } catch { return "blocked"; } })()`,
        ],
      ])("%s reaches no network", async (_name, attack) => {
        const result = await shell.evaluate(attack(`http://127.0.0.1:${canary.tcp}/x`));
        expect(result).toMatch(/^(blocked|queued)$/);
        await roundTrip();
      });

      test("WebRTC sends nothing to the network", async () => {
        const candidates = await shell.evaluate(`(async () => {
          try {
            const peer = new RTCPeerConnection({ iceServers: [
              { urls: "stun:127.0.0.1:${canary.udp}" },
              { urls: "turn:127.0.0.1:${canary.tcp}?transport=tcp", username: "u", credential: "c" },
            ] });
            const found = [];
            peer.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate.candidate);
            peer.createDataChannel("x");
            const gathered = new Promise((done) => {
              peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
            });
            await peer.setLocalDescription(await peer.createOffer());
            await gathered;
            peer.close();
            return found;
          } catch (error) { return []; }
        })()`);
        expect(candidates).toEqual([]);
      });

      test("a download leaves no file", async () => {
        await shell.evaluate(`{
          ${withElement("a", `{ href: URL.createObjectURL(new Blob(["x"])), download: "x.txt" }`, "click()")};
        }`);
        await roundTrip();
        expect(shell.downloads()).toEqual([]);
      });

      test.each(PERMISSION_NAMES)("permission %s is denied", async (name) => {
        const state = await shell.evaluate(
          `navigator.permissions.query({ name: "${name}" }).then(({ state }) => state, () => "unknown name")`,
        );
        expect(state).toMatch(/^(denied|unknown name)$/);
      });

      test.each([
        ["camera", "navigator.mediaDevices.getUserMedia({ video: true, audio: true })"],
        ["screen", "navigator.mediaDevices.getDisplayMedia({ video: true })"],
        ["clipboard", "navigator.clipboard.readText()"],
        ["clipboard's writing side", "navigator.clipboard.writeText('x')"],
        ["place", "new Promise((y, n) => navigator.geolocation.getCurrentPosition(y, n))"],
        ["notification", "Notification.requestPermission().then((s) => s === 'granted' ? s : Promise.reject(s))"],
        ["MIDI", "navigator.requestMIDIAccess()"],
        ["USB device", "navigator.usb.requestDevice({ filters: [] })"],
        ["HID device", "navigator.hid.requestDevice({ filters: [] }).then((d) => d.length ? d : Promise.reject())"],
        ["serial port", "navigator.serial.requestPort()"],
        ["Bluetooth device", "navigator.bluetooth.requestDevice({ acceptAllDevices: true })"],
        ["full screen", "document.documentElement.requestFullscreen()"],
        ["wake lock", "navigator.wakeLock.request('screen')"],
        ["pointer lock", "document.body.requestPointerLock({})"],
        [
          "payment",
          "new PaymentRequest([{ supportedMethods: 'https://example.invalid' }], { total: { label: 'x', amount: { currency: 'CLP', value: '1' } } }).show()",
        ],
        ["credential", "navigator.credentials.get({ publicKey: { challenge: new Uint8Array(32) } })"],
        ["share", "navigator.share({ text: 'x' })"],
        ["file chooser", "showOpenFilePicker()"],
        ["service worker", "navigator.serviceWorker.register('/page.js')"],
      ])("asking for a %s is refused", async (_name, request) => {
        const answer = shell.evaluate(
          `(async () => { try { await (${request}); return "granted"; } catch { return "refused"; } })()`,
        );
        expect(await answer).toBe("refused");
      });

      test("alert, confirm, prompt and print show nothing and stop nothing", async () => {
        expect(await shell.evaluate(`[alert("x"), confirm("x"), prompt("x"), print()]`)).toEqual([
          null,
          false,
          null,
          null,
        ]);
      });

      test("a file that is dropped does not replace the page", async () => {
        await shell.evaluate(`{
          const data = new DataTransfer();
          data.items.add(new File(["<h1>x</h1>"], "x.html", { type: "text/html" }));
          for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }`);
      });

      test("script that comes in as text does not run", async () => {
        expect(await shell.evaluate(`(() => { try { return eval("1"); } catch { return "blocked"; } })()`)).toBe(
          "blocked",
        );
        expect(
          await shell.evaluate(
            `(() => { try { document.createElement("p").innerHTML = "<img>"; return "done"; } catch { return "blocked"; } })()`,
          ),
        ).toBe("blocked");
        await shell.evaluate(
          `{ const s = document.createElement("script"); try { s.textContent = "window.pwned = 1"; } catch {} document.body.append(s); s.remove(); }`,
        );
        expect(await shell.evaluate("window.pwned ?? 'blocked'")).toBe("blocked");
      });

      test.each([
        ["a wrong type", "7"],
        ["nothing", "undefined"],
        ["text", "'START'"],
        ["a list", "[]"],
        ["an unknown kind", "{ type: 'shutdown' }"],
        ["an extra field", "{ ...good, extra: 1 }"],
        ["an extra field inside", "{ ...good, intent: { type: 'START', path: '/etc' } }"],
        ["an unknown intent", "{ ...good, intent: { type: 'RUN' } }"],
        ["a bad id", "{ ...good, id: 'x' }"],
        ["a negative view", "{ ...good, view: -1 }"],
        ["a fractional view", "{ ...good, view: 1.5 }"],
        ["a polluted prototype", `{ ...good, ["__proto__"]: { polluted: true } }`],
        ["a polluted constructor", "{ ...good, constructor: { prototype: { polluted: true } } }"],
        ["an overlong answer", "{ ...good, intent: { type: 'SUBMIT', value: 'x'.repeat(201) } }"],
        ["an oversize message", `{ ...good, intent: { type: 'SUBMIT', value: 'x'.repeat(${MAX_MESSAGE_BYTES}) } }`],
      ])("a message with %s goes no further than main", async (_name, message) => {
        const before = { sent: runtime.received.length, refused: logged("shell.page-message-refused") };
        await shell.evaluate(`{
          const good = { type: "intent", id: crypto.randomUUID(), view: 1, intent: { type: "CONTINUE" } };
          window.ventanilla.send(${message});
        }`);
        await expect.poll(() => logged("shell.page-message-refused"), WAIT).toBe(before.refused + 1);
        expect(runtime.received).toHaveLength(before.sent);
        expect(await shell.evaluate("({}).polluted === undefined")).toBe(true);
      });

      test.each(["function () {}", "window", "document.body", "new Proxy({}, { get() { throw new Error('trap') } })"])(
        "sending %s does no harm",
        async (value) => {
          const before = runtime.received.length;
          await shell.evaluate(`{ try { window.ventanilla.send(${value}); } catch {} }`);
          await shell.tap("#start");
          await expect.poll(() => runtime.received.length, WAIT).toBe(before + 1);
        },
      );

      test("the page can neither replace the bridge nor listen with something that is no function", async () => {
        await shell.evaluate(
          "{ try { window.ventanilla = { send() {} }; } catch {} try { window.ventanilla.send = null; } catch {} }",
        );
        expect(await shell.evaluate("typeof window.ventanilla.send")).toBe("function");
        expect(
          await shell.evaluate(
            "(() => { try { window.ventanilla.onMessage('x'); return 'taken'; } catch { return 'refused'; } })()",
          ),
        ).toBe("refused");
      });

      const genuine = JSON.stringify({
        type: "intent",
        id: "00000000-0000-4000-8000-000000000001",
        view: 1,
        intent: { type: "CONTINUE" },
      });

      test("a frame inside the page may not speak, even with a good message", async () => {
        await shell.evaluate(
          `{ const f = document.createElement("iframe"); f.id = "inner"; document.body.append(f); }`,
        );
        expect(await shell.evaluate("'ventanilla' in document.querySelector('#inner').contentWindow")).toBe(false);
        const before = {
          sent: runtime.received.length,
          refused: logged("shell.page-message-refused", { reason: "sender" }),
        };
        await shell.forge("child", CHANNELS.fromPage, genuine);
        await expect
          .poll(() => logged("shell.page-message-refused", { reason: "sender" }), WAIT)
          .toBe(before.refused + 1);
        expect(runtime.received).toHaveLength(before.sent);
        await shell.evaluate("document.querySelector('#inner').remove()");
      });

      test("a renderer that goes past the preload is held to the same contract", async () => {
        const before = { sent: runtime.received.length, refused: logged("shell.page-message-refused") };
        const forged = [JSON.parse(genuine), "{", "x".repeat(MAX_MESSAGE_BYTES + 1), null, 7];
        for (const payload of forged) await shell.forge("main", CHANNELS.fromPage, payload);
        await expect.poll(() => logged("shell.page-message-refused"), WAIT).toBe(before.refused + forged.length);
        await shell.forge("main", "ventanilla:unknown", genuine);
        expect(runtime.received).toHaveLength(before.sent);
      });

      test.each<Key>([
        { key: "F1" },
        { key: "F5" },
        { key: "F11" },
        { key: "F12" },
        { key: "p", control: true },
        { key: "r", control: true },
        { key: "w", control: true },
        { key: "I", control: true, shift: true },
        { key: "+", control: true },
        { key: "F4", alt: true },
        { key: "ArrowLeft", alt: true },
        { key: "Meta", meta: true },
        { key: "l", meta: true },
        { key: "PrintScreen" },
        { key: "ContextMenu" },
        { key: "BrowserBack" },
        { key: "F10", shift: true },
      ])("the key $key (control $control, alt $alt, meta $meta) never reaches the page", async (key) => {
        expect(await shell.press(key)).toBe(false);
      });

      test("what a citizen types reaches the page", async () => {
        await shell.evaluate("{ document.querySelector('#field').focus(); }");
        for (const key of ["1", "K", "ñ"]) expect(await shell.press({ key })).toBe(true);
        expect(await shell.evaluate("document.querySelector('#field').value")).toBe("1Kñ");
      });
    });

    describe("a page or runtime that breaks", () => {
      beforeEach(begin);
      afterEach(end);

      test("a crashed renderer is back with the present view within 3 s", async () => {
        runtime.publish(viewOf(2, "waiting", "Un momento"));
        await shows("Un momento");
        const from = performance.now();
        await shell.crashRenderer();
        await expect.poll(() => logged("shell.page-ready"), WAIT).toBe(2);
        await shows("Un momento");
        expect(performance.now() - from).toBeLessThan(3_000);
        await shell.tap("#start");
        await expect.poll(() => runtime.received, WAIT).toMatchObject([{ view: 2 }]);
      });

      test("a hung page is ended and back within 10 s", async () => {
        const from = performance.now();
        void shell.evaluate("{ for (;;) {} }").catch(() => {});
        await expect.poll(() => logged("shell.page-ready"), WAIT).toBe(2);
        await shows("Bienvenido");
        expect(performance.now() - from).toBeLessThan(10_000);
        expect(logged("shell.page-failed", { cause: "hang" })).toBe(1);
      });

      test("a page that gets away to an address that asks nobody is brought back", async () => {
        await shell.evaluate(`{ location.href = "about:blank"; }`);
        await shows("Bienvenido");
        expect(await shell.url()).toBe("app://kiosk/");
      });

      test("five crashes in a row end in out of service, never in a white page", async () => {
        for (let crash = 1; crash <= 5; crash++) {
          await expect.poll(() => logged("shell.page-ready"), WAIT).toBe(crash);
          await shell.crashRenderer();
        }
        await expect.poll(() => logged("shell.crash-loop"), WAIT).toBe(1);
        await expect
          .poll(() => shell.evaluate("document.querySelector('h1')?.textContent").catch(String), WAIT)
          .toBe("Fuera de servicio");
        expect(await shell.url()).toBe("app://kiosk/out-of-service.html");
      });

      test("without the runtime the page knows it, and the next runtime's view comes by itself", async () => {
        await runtime.close();
        await expect.poll(() => shell.evaluate("document.querySelector('#link').textContent"), WAIT).toBe("lost");
        await shell.tap("#start");
        await runtime.listen();
        runtime.publish(viewOf(1, "waiting", "De vuelta"));
        await shows("De vuelta");
        expect(await shell.evaluate("document.querySelector('#link').textContent")).toBe("connected");
        expect(runtime.received).toEqual([]);
      });

      test("what the runtime should not have sent never reaches the page", async () => {
        for (const line of ["{", "7", `{"type":"view"}`, "x".repeat(MAX_MESSAGE_BYTES + 1), `{"type":"refused"}`]) {
          runtime.sendLine(line);
        }
        runtime.publish(viewOf(2, "waiting", "Sigue"));
        await shows("Sigue");
        expect(logged("shell.runtime-message-refused")).toBe(5);
        expect(await shell.evaluate("window.received.map(({ type }) => type).join()")).toBe("view,view");
      });

      test("when a session ends, nothing that it stored is left, and another process draws the page", async () => {
        runtime.publish(viewOf(2, "waiting", "Sesión"));
        await shows("Sesión");
        await shell.evaluate(`{ window.mine = true; localStorage.setItem("run", "12345678-5"); }`);
        const [wiped, ready] = [logged("shell.wiped"), logged("shell.page-ready")];
        runtime.publish(viewOf(3, "attract", "Bienvenido"));
        await expect.poll(() => logged("shell.wiped", { complete: true }), WAIT).toBe(wiped + 1);
        await expect.poll(() => logged("shell.page-ready"), WAIT).toBe(ready + 1);
        await shows("Bienvenido");
        expect(await shell.evaluate("[localStorage.length, typeof window.mine]")).toEqual([0, "undefined"]);
        expect(logged("shell.page-failed")).toBe(0);
      });

      test("unsubscribing stops the messages", async () => {
        await shell.evaluate("{ window.unsubscribe(); }");
        const before = await shell.evaluate("window.received.length");
        runtime.publish(viewOf(2, "waiting", "Nadie"));
        await shell.evaluate("{ window.ventanilla.onMessage((message) => { window.latest = message; }); }");
        await expect.poll(() => shell.evaluate("window.latest?.view?.version"), WAIT).toBe(2);
        expect(await shell.evaluate("window.received.length")).toBe(before);
      });

      test("SIGTERM ends the shell in good order", async () => {
        expect(await shell.stop()).toBe(0);
        expect(logged("process.stopped")).toBe(1);
      });
    });
  });
}

/** Puts an element on the page, does something to it, takes it away. */
function withElement(name: string, properties: string, then: string): string {
  return `const e = Object.assign(document.createElement("${name}"), ${properties}); document.body.append(e); e.${then}; e.remove()`;
}

function viaEvents(make: string, then: string): string {
  return `new Promise((done) => {
    try {
      const t = ${make};
      for (const event of ["load", "open", "message"]) t.addEventListener(event, () => done("reached"));
      for (const event of ["error", "close"]) t.addEventListener(event, () => done("blocked"));
      ${then};
    } catch { done("blocked"); }
  })`;
}

function stylesheet(url: string): string {
  return `t.rel = "stylesheet"; t.href = "${url}"; document.head.append(t)`;
}
