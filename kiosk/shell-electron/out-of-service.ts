/**
 * What is shown when the screens themselves cannot run: from memory, without script, so that nothing is left to fail.
 * The runtime's own out-of-service screen is another one, which says what still works.
 */
export const OUT_OF_SERVICE_URL = "app://kiosk/out-of-service.html";

export const OUT_OF_SERVICE_HTML = `<!doctype html>
<html lang="es">
<meta charset="utf-8">
<title>Fuera de servicio</title>
<link rel="stylesheet" href="/out-of-service.css">
<main>
<h1>Fuera de servicio</h1>
<p>Este kiosco no está disponible por ahora.</p>
<p>Por favor, acérquese al mesón de atención.</p>
<p>Si estaba pagando, pida ayuda antes de pagar de nuevo.</p>
<p lang="en">Out of service. Please ask for help at the desk.</p>
</main>
</html>
`;

const CSS = `html { height: 100%; background: #0f69b4; color: #ffffff; font: 4vmin/1.5 Roboto, sans-serif; }
body { margin: 0; height: 100%; display: grid; place-items: center; cursor: none; user-select: none; }
main { width: 80vmin; }
h1 { font-size: 8vmin; line-height: 1.2; margin: 0 0 4vmin; }
[lang="en"] { margin-top: 6vmin; }
`;

export const OUT_OF_SERVICE_FILES: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ["/out-of-service.html", { type: "text/html; charset=utf-8", text: OUT_OF_SERVICE_HTML }],
  ["/out-of-service.css", { type: "text/css; charset=utf-8", text: CSS }],
]);
