import { contextBridge, ipcRenderer } from "electron";
import type { VentanillaBridge } from "../contract/bridge.ts";
import { CHANNELS } from "./channels.ts";

type Listener = Parameters<VentanillaBridge["onMessage"]>[0];

const listeners = new Set<Listener>();

ipcRenderer.on(CHANNELS.toPage, (_event, message) => {
  for (const listener of [...listeners]) listener(message);
});
ipcRenderer.on(CHANNELS.ping, (_event, number) => ipcRenderer.send(CHANNELS.pong, number));

const bridge: VentanillaBridge = {
  onMessage(listener) {
    if (typeof listener !== "function") throw new TypeError("a function is needed");
    listeners.add(listener);
    ipcRenderer.send(CHANNELS.ready);
    return () => {
      listeners.delete(listener);
    };
  },
  send(message) {
    ipcRenderer.send(CHANNELS.fromPage, JSON.stringify(message));
  },
};

contextBridge.exposeInMainWorld("ventanilla", bridge);
