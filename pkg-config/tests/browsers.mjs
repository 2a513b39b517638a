// Real browsers over WebDriver for the tests here: Chromium always; Firefox and WebKit where their drivers are installed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Builder, Capabilities, logging } from "selenium-webdriver";
import chrome from "selenium-webdriver/chrome.js";
import firefox from "selenium-webdriver/firefox.js";

export const TOOLS = process.env.PAGEMEND_TOOLS ?? join(homedir(), ".cache/pagemend/tools");

function find(...names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(TOOLS, "bin")];
  for (const name of names) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
}

async function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Each browser: what is missing for it (or nothing), and how to open one with a fresh profile. */
export const BROWSERS = {
  chromium: {
    missing: () => (find("chromium") && find("chromedriver") ? undefined : "chromium or chromedriver (Debian: chromium chromium-driver)"),
    /** `args`: further arguments of the command line. */
    async open({ lang = "zh-CN", args = [] } = {}) {
      const profile = mkdtempSync(join(tmpdir(), "pagemend-chromium-"));
      const logs = new logging.Preferences();
      logs.setLevel(logging.Type.BROWSER, logging.Level.ALL);
      const options = new chrome.Options()
        .setChromeBinaryPath(find("chromium"))
        .addArguments("--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", `--accept-lang=${lang}`, `--lang=${lang}`, `--user-data-dir=${profile}`, ...args)
        .setLoggingPrefs(logs);
      const driver = await new Builder().forBrowser("chrome").setChromeOptions(options).setChromeService(new chrome.ServiceBuilder(find("chromedriver")).setEnvironment({ ...process.env, LANGUAGE: lang.replace("-", "_") })).build();
      return { driver, console: async () => (await driver.manage().logs().get("browser")).map((l) => l.message), close: () => driver.quit().finally(() => rmSync(profile, { recursive: true, force: true })) };
    },
  },
  firefox: {
    missing: () => (find("firefox-esr", "firefox") && find("geckodriver") ? undefined : "firefox-esr (Debian) or geckodriver (cargo install geckodriver)"),
    async open({ lang = "zh-CN" } = {}) {
      const options = new firefox.Options().setBinary(find("firefox-esr", "firefox")).addArguments("-headless").setPreference("intl.accept_languages", lang);
      const driver = await new Builder().forBrowser("firefox").setFirefoxOptions(options).setFirefoxService(new firefox.ServiceBuilder(find("geckodriver"))).build();
      return { driver, close: () => driver.quit() };
    },
  },
  webkit: {
    missing: () => (find("WebKitWebDriver") && find("xvfb-run") ? undefined : "WebKitWebDriver or xvfb-run (Debian: webkit2gtk-driver xvfb)"),
    async open() {
      const port = await freePort();
      // Its own process group: ending xvfb-run alone leaves Xvfb and the driver behind.
      const child = spawn("xvfb-run", ["-a", find("WebKitWebDriver"), `--port=${port}`], { detached: true, stdio: "ignore" });
      const end = () => {
        try {
          process.kill(-child.pid, "SIGTERM");
        } catch {}
      };
      const binary = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((a) => `/usr/lib/${a}/webkit2gtk-4.1/MiniBrowser`).find(existsSync);
      const capabilities = new Capabilities().set("browserName", "MiniBrowser").set("webkitgtk:browserOptions", { binary, args: ["--automation"] });
      for (let tries = 0; ; tries++) {
        await new Promise((r) => setTimeout(r, 500));
        try {
          const driver = await new Builder().disableEnvironmentOverrides().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
          return { driver, close: () => driver.quit().finally(end) };
        } catch (e) {
          if (tries < 20) continue;
          end();
          throw e;
        }
      }
    },
  },
};

/** Another tab in the place of the one that is shown: what a tab remembers of its pages ends with it. */
export async function freshTab(driver) {
  const before = await driver.getWindowHandle();
  await driver.switchTo().newWindow("tab");
  const own = await driver.getWindowHandle();
  await driver.switchTo().window(before);
  await driver.close();
  await driver.switchTo().window(own);
}
