// Drives the page of a study in a browser, as a reader would: brushes by pointer and by keyboard, colour, sorting, filter, more rows.
// Use: node study.mjs PAGE.html [PICTURE.png]. Exit status 1 where something does not follow.
import puppeteer from "puppeteer-core";

const [, , page, picture] = process.argv;
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"], headless: true });
const wrong = [];
const check = (holds, what) => holds || wrong.push(what);
try {
  const tab = await browser.newPage();
  tab.on("console", (message) => wrong.push(`console: ${message.text()}`));
  tab.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  await tab.setViewport({ width: 1280, height: 900 });
  await tab.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await tab.goto(`file://${page}`);
  const text = (selector) => tab.$eval(selector, (it) => it.textContent);
  const chosen = async () => Number((await text("#study .selected")).replace(/,/g, "").match(/\d+/)[0]);
  const settle = () => tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const all = await chosen();
  check((await tab.$$("#study-lines path")).length < 60, "more than a few paths are drawn");
  check((await tab.$$("#study-table tbody tr")).length === Math.min(100, all), "the table does not start with a hundred rows");

  // The upper half of the last axis.
  const axes = await tab.$$("#study-lines .grip");
  await axes.at(-1).scrollIntoView();
  const box = await axes.at(-1).boundingBox();
  const [x, top, middle] = [box.x + box.width / 2, box.y + 9, box.y + box.height / 2];
  await tab.mouse.move(x, top);
  await tab.mouse.down();
  await tab.mouse.move(x, middle, { steps: 8 });
  await tab.mouse.up();
  await settle();
  const some = await chosen();
  check(some > 0 && some < all, `a brush selects ${some} of ${all}`);
  const drawn = await tab.$$eval("#study-lines .brush", (all) => all.reduce((sum, one) => sum + one.getBoundingClientRect().height, 0));
  check(Math.abs(drawn / (middle - top) - 1) < 0.35, `the brush is ${drawn} high where ${middle - top} were drawn`);
  check((await tab.$("#study-points path.dots.rest")) !== null, "the points do not follow");
  if (picture) await tab.screenshot({ path: picture, fullPage: true });
  await tab.click("#study-table input[type=checkbox]");
  await settle();
  check((await text("#study-table [role=status]")).replace(/,/g, "").includes(` ${some} `), "the table does not follow");

  // A click lets go.
  const again = (await tab.$$("#study-lines .grip")).at(-1);
  await again.scrollIntoView();
  const now = await again.boundingBox();
  await tab.mouse.click(now.x + now.width / 2, now.y + now.height / 2);
  await settle();
  check((await chosen()) === all, "a click does not let go of an axis");

  // By keyboard: a lower end of the first axis that holds numbers.
  await tab.$eval("#study-lines details summary", (it) => it.focus());
  await tab.keyboard.press("Enter");
  const field = await tab.$("#study-lines .fields input");
  if (field) {
    const least = await field.evaluate((it) => Number(it.placeholder.replace(/,/g, "")));
    const most = await field.evaluate((it) => Number(it.closest("fieldset").querySelectorAll("input")[1].placeholder.replace(/,/g, "")));
    await field.focus();
    await tab.keyboard.type(String(least + (most - least) / 2));
    await settle();
    const by = await chosen();
    check(by < all, `an end by keyboard selects ${by} of ${all}`);
    await tab.click("#study .bar button");
    await settle();
    check((await chosen()) === all, "the button does not select all again");
  }

  // Sorting by the first column, both ways, and a filter.
  await tab.click("#study-table input[type=checkbox]");
  const first = () => tab.$$eval("#study-table tbody th", (cells) => cells.map((cell) => Number(cell.textContent.replace(/[^\d]/g, ""))));
  await tab.click("#study-table thead button");
  await tab.click("#study-table thead button");
  const order = await first();
  check(order.every((value, at) => at === 0 || value <= order[at - 1]), "the table is not sorted");
  check((await tab.$("#study-table th[aria-sort=descending]")) !== null, "the order is not told");
  const before = order.length;
  if (all > 100) {
    await tab.click("#study-table .tools button");
    check((await first()).length > before, "no more rows are shown");
  }
  await tab.type("#study-table input[type=search]", "no such text");
  check((await first()).length === 0, "the filter lets rows through");
  // Another colour and other columns.
  await tab.select("#study-points select:last-of-type", "0");
  await tab.$$eval("#study-lines .boxes input", (boxes) => boxes[0].click());
  await settle();
} finally {
  await browser.close();
}
if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
console.log("the page of the study follows");
