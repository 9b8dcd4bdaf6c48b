import { registerHooks } from "node:module";

/** Loaded by `NODE_OPTIONS=--import`: whoever imports `electron` in this process gets the stand-in. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== "electron") return next(specifier, context);
    return { url: new URL("./electron.ts", import.meta.url).href, shortCircuit: true };
  },
});
