/** `npm run services -- <command>`: the service author's tool. Only the preview needs a kiosk's screens. */
const [first] = process.argv.slice(2);
if (first === "preview") await import("./preview.ts");
else await import("../flows/cli/main.ts");
