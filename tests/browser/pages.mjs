// Opens pages of the report in headless Chromium and fails where one is not as it should be:
//
//   node pages.mjs PICTURES PAGE.html…        (puppeteer-core and axe-core beside it; .ci/report does all of this)
//
// At three widths, in light, dark and print: no message on the console, nothing beyond the edge, no label over another, no fault
// that axe-core finds. At the widest: hints by pointer and by keyboard, tables, downloads, sorting and filtering work.
// A picture of each goes to PICTURES.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [, , pictures, ...pages] = process.argv;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [
  { name: "1280-light", width: 1280, scheme: "light", interact: true },
  { name: "1280-dark", width: 1280, scheme: "dark" },
  { name: "390-light", width: 390, scheme: "light" },
  { name: "390-dark", width: 390, scheme: "dark" },
  { name: "print", width: 718, scheme: "light", print: true },
];
let faults = 0;
const fault = (where, what) => {
  faults += 1;
  console.log(`${where}: ${what}`);
};

// What a reader would see as broken.
const broken = () => {
  const wrong = [];
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  for (const it of document.querySelectorAll("header *, nav *, main *, footer *")) {
    const box = it.getBoundingClientRect();
    const scrolls = it.closest(".wide, .data, pre, svg");
    if (box.width && box.right > innerWidth + 1 && !scrolls && wrong.length < 9) wrong.push(`beyond the edge: ${it.tagName} ${it.textContent.slice(0, 40)}`);
  }
  for (const it of document.querySelectorAll(".headlines b, .headlines .unit, .row .value, button, .x-axis span, .y-axis span")) {
    if (it.scrollWidth > it.clientWidth + 1 && it.clientWidth && getComputedStyle(it).display !== "inline") wrong.push(`cut off: ${it.textContent.slice(0, 40)}`);
  }
  for (const box of document.querySelectorAll(".x-axis, .y-axis, .ends, .sankey .canvas, .scale")) {
    const labels = [...box.querySelectorAll(box.matches(".scale") ? "b" : ":scope > span")].filter((it) => {
      const style = getComputedStyle(it);
      return style.display !== "none" && style.visibility !== "hidden" && it.textContent.trim() && it.offsetWidth;
    });
    labels.forEach((one, index) => {
      for (const other of labels.slice(index + 1)) {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        const over = a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
        if (over && wrong.length < 9) wrong.push(`labels over another in ${box.closest("figure")?.id}: ${one.textContent} | ${other.textContent}`);
      }
    });
  }
  return wrong;
};

const interact = async (tab, where, folder) => {
  await tab.$$eval("main details", (all) => all.forEach((it) => { it.open = true; }));
  const charts = await tab.$$("figure.chart");
  if (!charts.length) fault(where, "there is no chart");
  let files = 0;
  for (const chart of charts) {
    const id = await chart.evaluate((it) => it.id);
    const plot = await chart.$(".plot");
    if (!plot || !(await plot.evaluate((it) => it.offsetWidth))) continue;
    await plot.evaluate((it) => it.scrollIntoView({ block: "center" }));
    const target = (await chart.$("[data-row]")) || (await chart.$(".plot .canvas")) || plot;
    const box = await target.boundingBox();
    await tab.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
    const hint = () => tab.$eval("#hint", (it) => (it.hidden ? "" : it.textContent));
    const hints = await chart.evaluate((it) => it.dataset.hints);
    if (hints && !(await hint())) fault(where, `${id}: no hint under the pointer`);
    await tab.mouse.move(1, 1);
    if (hints) {
      await plot.focus();
      await tab.keyboard.press("ArrowRight");
      const first = await hint();
      await tab.keyboard.press("End");
      if (!first || !(await hint())) fault(where, `${id}: no hint by keyboard`);
      await tab.keyboard.press("Escape");
      if (await hint()) fault(where, `${id}: Escape does not hide the hint`);
    }
    const table = await chart.$("button[data-table]");
    if (table) {
      await table.click();
      const rows = await chart.$$eval(".data tbody tr", (all) => all.length);
      if (!rows) fault(where, `${id}: its table is empty`);
      await table.click();
    }
    const download = await chart.$("button[data-download]");
    if (download) {
      await download.click();
      const file = path.join(folder, `${id}.csv`);
      for (let wait = 0; wait < 50 && !fs.existsSync(file); wait++) await new Promise((done) => setTimeout(done, 100));
      if (!fs.existsSync(file)) fault(where, `${id}: no file is downloaded`);
      else if (fs.readFileSync(file, "utf8").trim().split("\n").length < 2) fault(where, `${id}: the file is empty`);
      else files += 1;
    }
  }
  for (const table of await tab.$$("table[data-sorted]")) {
    const heads = await table.$$("thead button");
    if (!heads.length) {
      fault(where, "a table cannot be sorted");
      continue;
    }
    const column = heads.length > 1 ? 1 : 0;
    await heads[column].evaluate((it) => it.click());
    const sorted = await table.evaluate((it, at) => {
      const value = (row) => row.cells[at].dataset.sort ?? row.cells[at].dataset.value ?? row.cells[at].textContent;
      const values = [...it.tBodies[0].rows].map(value).map(Number).filter((number) => !Number.isNaN(number));
      return values.every((number, index) => index === 0 || values[index - 1] <= number);
    }, column);
    if (!sorted) fault(where, "a sorted table is not in order");
    const input = await table.evaluateHandle((it) => it.parentElement.previousElementSibling?.querySelector("input[type=search]"));
    if (input.asElement()) {
      await input.asElement().type("zzzz no such row");
      const left = await table.$$eval("tbody tr", (all) => all.filter((row) => !row.hidden).length);
      if (left) fault(where, "the filter leaves rows that do not match");
      await input.asElement().evaluate((it) => { it.value = ""; it.dispatchEvent(new Event("input")); });
    }
  }
  return `${charts.length} charts, ${files} files`;
};

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
});
for (const page of pages) {
  const name = path.basename(page, ".html");
  for (const look of looks) {
    const where = `${name} ${look.name}`;
    const context = await browser.createBrowserContext();
    const tab = await context.newPage();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "downloads-"));
    const session = await tab.createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder, browserContextId: context.id });
    tab.on("console", (message) => fault(where, `console: ${message.text()}`));
    tab.on("pageerror", (error) => fault(where, `error: ${error.message}`));
    tab.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) fault(where, `asks the network: ${request.url()}`); });
    await tab.setViewport({ width: look.width, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look.scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
    const from = Date.now();
    await tab.goto(`file://${path.resolve(page)}`);
    const opened = Date.now() - from;
    // The medium is that of a document: set when it is there.
    if (look.print) {
      await tab.emulateMediaType("print");
      if (!(await tab.evaluate(() => matchMedia("print").matches))) fault(where, "this is not print");
    }
    await tab.screenshot({ path: path.join(pictures, `${name}-${look.name}.png`), fullPage: true });
    for (const what of await tab.evaluate(broken)) fault(where, what);
    const done = look.interact ? await interact(tab, where, folder) : "";
    await tab.evaluate(axe);
    const violations = await tab.evaluate(async () => (await window.axe.run()).violations.map((it) => `${it.impact}: ${it.help}: ${it.nodes[0].html.slice(0, 120)}`));
    for (const what of violations) fault(where, `axe: ${what}`);
    console.log(`${where}: opened in ${opened} ms ${done}`);
    fs.rmSync(folder, { recursive: true, force: true });
    await context.close();
  }
}
await browser.close();
console.log(faults ? `${faults} faults` : "no fault");
process.exit(faults ? 1 : 0);
