import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { DEMO_ACCOUNTS } from "../../fleet-server/access/first-staff.ts";

const PATIENCE = 60_000;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PICTURES = join(import.meta.dirname, "..", "..", "out", "fleet");

/** A member of staff at the console in Spanish: signs in, looks, and does everything by its buttons. */
export class FleetConsole {
  readonly page: Page;
  readonly #url: string;

  private constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
  }

  static async signIn(browser: Browser, url: string, account: string): Promise<FleetConsole> {
    const password = DEMO_ACCOUNTS.find(({ name }) => name === account)?.password ?? "";
    const context = await browser.newContext({
      viewport: DESKTOP,
      reducedMotion: "reduce",
      timezoneId: "America/Santiago",
      locale: "es-CL",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    await page.goto(url);
    await page.getByLabel("Usuario").fill(account);
    await page.getByLabel("Contraseña").fill(password);
    await page.getByRole("button", { name: "Entrar", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Ahora" }).waitFor();
    return new FleetConsole(page, url);
  }

  async opens(path: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`);
    await this.page.locator("h1").first().waitFor();
    await this.page.locator(".loading").waitFor({ state: "detached" });
  }

  /** Leaves a picture of what stands under `out/fleet/`: as on a desk, or as on a phone. */
  async picture(name: string, size: "desktop" | "phone" = "desktop"): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    if (size === "phone") await this.page.setViewportSize(PHONE);
    await this.page.screenshot({ path: join(PICTURES, `console-${name}.png`) });
    await this.page.setViewportSize(DESKTOP);
  }

  /** The row of a kiosk in trouble on the page of what is wrong now. */
  trouble(kiosk: string): Locator {
    return this.page.locator(`.trouble[data-kiosk="${kiosk}"]`);
  }

  /** Waits until the live stream stands: from then on the page changes by itself. */
  async isLive(): Promise<void> {
    await this.page.locator("[data-live=live]").waitFor();
  }

  /** Plans a rollout as the page proposes it, tries it, and begins it; the page of the rollout stands then. */
  async rollsOut(title: string): Promise<void> {
    await this.opens("/releases");
    await this.page.getByRole("link", { name: `Desplegar ${title}` }).click();
    await this.page.getByRole("button", { name: "Ensayar primero" }).click();
    await this.page.getByText("Nada ha cambiado todavía").waitFor();
    await this.picture("dry-run");
    await this.page.getByRole("button", { name: "Comenzar el despliegue" }).click();
    await this.page.getByRole("heading", { level: 1, name: title }).waitFor();
  }

  /** The state of the rollout whose page stands, e.g. "Terminado". */
  async rolloutIs(state: string, patience: number): Promise<void> {
    await this.page.locator(".lead-parts .badge", { hasText: state }).waitFor({ timeout: patience });
  }

  /** Sends a command from the page of a kiosk, which must stand. @returns its line in the list. */
  async sends(command: string, choices: Readonly<Record<string, string>> = {}, reason = ""): Promise<Locator> {
    const lines = this.page.locator(".commands > li");
    const before = await lines.count();
    await this.page.getByRole("button", { name: "Enviar una orden" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("Orden", { exact: true }).selectOption({ label: command });
    for (const [label, choice] of Object.entries(choices))
      await dialog.getByLabel(label, { exact: true }).selectOption({ label: choice });
    await dialog.getByLabel("Motivo").fill(reason);
    await dialog.getByRole("button", { name: "Enviar la orden" }).click();
    await dialog.waitFor({ state: "detached" });
    await lines.nth(before).waitFor();
    return lines.first();
  }
}
