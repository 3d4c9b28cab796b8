// Opens pages of the hall in headless Chromium from the disk and fails where one is not as it should be:
//
//   node hall.mjs PICTURES ONE.html FOLDER TWO.html        (puppeteer-core and axe-core beside it; .ci/report does all of this)
//
// ONE shows the result in FOLDER, TWO shows two results. No message, no request; turning, pausing, hovering and selecting work; the
// colours on the screen are those that the figures of the folder ask for; ten pictures a second; a table where nothing can be drawn.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [, , pictures, one, folder, two] = process.argv;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let faults = 0;
const fault = (what) => {
  faults += 1;
  console.log(`hall: ${what}`);
};
const expect = (holds, what) => holds || fault(what);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const DRAWS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const DRAWS_NOT = ["--disable-gpu", "--disable-webgl", "--disable-webgl2", "--disable-3d-apis"];
const browse = (flags) => puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--force-color-profile=srgb", ...flags] });

const open = async (browser, page, [width, height], scheme = "light", silent = true) => {
  const tab = await browser.newPage();
  tab.on("console", (message) => silent && fault(`${page}: console: ${message.text()}`));
  tab.on("pageerror", (error) => fault(`${page}: ${error.message}`));
  tab.on("request", (request) => /^(file|data|blob):/.test(request.url()) || fault(`${page}: asks for ${request.url()}`));
  tab.on("requestfailed", (request) => fault(`${page}: failed: ${request.url().slice(0, 99)}`));
  await tab.setViewport({ width, height });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await tab.goto(`file://${path.resolve(page)}`);
  await tab.waitForFunction(() => window.coldaisle);
  await pause(600);
  return tab;
};
const picture = (tab, name) => tab.screenshot({ path: path.join(pictures, `hall-${name}.png`) });
const accessible = async (tab, name) => {
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => axe.run());
  for (const { id, impact, nodes } of found.violations) fault(`${name}: axe-core: ${id} (${impact}): ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ").slice(0, 400)}`);
};
const wider = (tab) => tab.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);

const table = (name) => {
  const [head, ...rows] = fs.readFileSync(path.join(folder, name), "utf8").trim().split("\n").map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(row.map((cell, at) => [head[at], cell])));
};

// matplotlib's plasma at 0, 1/4, 1/2, 3/4 and 1, as published.
const PLASMA = [[13, 8, 135], [126, 3, 168], [204, 71, 120], [248, 149, 64], [240, 249, 33]];
// What reaches the racks is coloured as fluids are: blue, grey, sand (`hall/colour.rs`).
const FLUIDS = [[13, 61, 107], [61, 97, 128], [122, 128, 133], [191, 153, 122], [247, 199, 158]];

const drawn = await browse(DRAWS);
{
  const tab = await open(drawn, one, [1280, 720]);
  await picture(tab, "light");
  await accessible(tab, "one result");

  // The figures of racks are the folder's: power is their mean by the hall's power of that row against its mean.
  const [series, racks] = [table("timeseries.csv"), table("racks.csv")];
  const shown = await tab.evaluate(() => {
    const { sides } = coldaisle;
    const moment = coldaisle.moments()[0];
    const hall = sides[0].racks(moment)[0];
    return { row: sides[0].row[moment], hall: sides[0].halls[0].name, power: Array.from(hall.power), chip: Math.max(...hall.chip), inlet: Math.max(...hall.inlet), hot: document.querySelector(".hot").textContent, moments: sides[0].moments };
  });
  const row = series[shown.row];
  const mean = racks.slice(0, shown.power.length).map((rack) => Number(rack.mean_kw));
  // What stands beside the servers draws its part of the hall's power.
  const sum = series.reduce((all, of) => all + Number(of[`${shown.hall}_it_kw`]), 0) / series.length;
  const it_kw = Number(row[`${shown.hall}_it_kw`]);
  const near = (a, b, by) => Math.abs(a - b) <= by;
  for (const rack of [0, 128, shown.power.length - 1]) expect(near(shown.power[rack], (it_kw * mean[rack]) / sum, 1e-3 * shown.power[rack] + 1e-3), `rack ${rack + 1} is ${shown.power[rack]} kW, the folder says ${(it_kw * mean[rack]) / sum}`);
  expect(near(shown.chip, Number(row[`${shown.hall}_max_chip_c`]), 0.05), `hottest chip ${shown.chip}, the folder says ${row[`${shown.hall}_max_chip_c`]}`);
  expect(near(shown.inlet, Number(row[`${shown.hall}_max_inlet_c`]), 0.05), `warmest inlet ${shown.inlet}`);
  expect(shown.hot.includes(`chip ≈${Number(row[`${shown.hall}_max_chip_c`]).toFixed(1)}`), `the sentence says: ${shown.hot}`);

  // The tops of racks on the screen have the colours of their values.
  const tops = async (ids) => tab.evaluate((asked) => {
    const { stage, sides, state, areas, seen } = coldaisle;
    const moment = coldaisle.moments()[0];
    coldaisle.draw();
    const pen = stage.renderer.getContext();
    const ratio = pen.drawingBufferWidth / stage.renderer.domElement.clientWidth;
    const pin = stage.scenes[0];
    return asked.map((rack) => {
      const [min, max] = pin.rackBox(0, rack);
      const { x, y } = seen([0.5 * (min[0] + max[0]), max[1], 0.5 * (min[2] + max[2])], pin, areas()[0]);
      const pixel = new Uint8Array(4);
      pen.readPixels(Math.round(x * ratio), pen.drawingBufferHeight - 1 - Math.round(y * ratio), 1, 1, pen.RGBA, pen.UNSIGNED_BYTE, pixel);
      return { rack, pixel: Array.from(pixel.subarray(0, 3)), value: sides[0].racks(moment)[0][state.way.id][rack], low: state.way.low, high: state.way.high };
    });
  }, ids);
  const count = shown.power.length;
  for (const way of ["chip", "inlet", "power"]) {
    await tab.select("#way", way);
    for (const { rack, pixel, value, low, high } of await tops([3, count - 60, count - 3])) {
      const share = 4 * Math.min(Math.max((value - low) / (high - low), 0), 1);
      const map = way === "inlet" ? FLUIDS : PLASMA;
      const [from, to] = [map[Math.floor(share)], map[Math.ceil(share)]];
      // Between two published colours the map bends a little.
      const asked = from.map((c, at) => c + (to[at] - c) * (share - Math.floor(share)));
      expect(pixel.every((c, at) => near(c, asked[at], 40)), `${way}: rack ${rack + 1} at ${value.toFixed(1)} (${low} to ${high}) is ${pixel}, asked are about ${asked.map(Math.round)}`);
    }
  }
  await tab.select("#way", "margin");
  await picture(tab, "margin");
  await tab.select("#way", "chip");

  // Turning, zooming, panning.
  const camera = () => tab.evaluate(() => coldaisle.stage.camera.position.toArray());
  const box = await (await tab.$("#scene")).boundingBox();
  const middle = [box.x + box.width / 2, box.y + box.height / 2];
  const moved = async (what, does) => {
    const before = await camera();
    await does();
    await pause(200);
    const after = await camera();
    expect(before.some((value, axis) => Math.abs(value - after[axis]) > 0.5), `${what} does not move the camera`);
  };
  await moved("dragging", async () => {
    await tab.mouse.move(...middle);
    await tab.mouse.down();
    await tab.mouse.move(middle[0] + 120, middle[1] + 20, { steps: 4 });
    await tab.mouse.up();
  });
  await moved("the wheel", () => tab.mouse.wheel({ deltaY: -400 }));
  await tab.focus("#scene");
  await moved("an arrow key", () => tab.keyboard.press("ArrowLeft"));
  await moved("0", () => tab.keyboard.press("0"));
  await pause(600);

  // Hovering and selecting a rack names it.
  const at = await tab.evaluate(() => {
    const { stage, areas, seen } = coldaisle;
    const [min, max] = stage.scenes[0].rackBox(0, 200);
    const { x, y } = seen([0.5 * (min[0] + max[0]), max[1] - 0.02, 0.5 * (min[2] + max[2])], stage.scenes[0], areas()[0]);
    const box = stage.renderer.domElement.getBoundingClientRect();
    return [x + box.left, y + box.top];
  });
  await tab.mouse.move(...at);
  await pause(150);
  const tip = await tab.$eval("#tip", (it) => (it.hidden ? "" : it.textContent));
  expect(tip.includes("rack 201") && tip.includes("≈") && tip.includes("°C of 87"), `hovering rack 201 says: ${tip}`);
  await tab.mouse.click(...at);
  await pause(150);
  expect((await tab.$eval("#selected", (it) => (it.hidden ? "" : it.textContent))).includes("rack 201"), "a click does not select rack 201");
  await picture(tab, "selected");
  await tab.keyboard.press("Escape");
  expect(await tab.$eval("#selected", (it) => it.hidden), "Escape does not let go");

  // The clock: by key, by slider, by playing.
  const now = () => tab.$eval("#now", (it) => it.textContent);
  const told = () => tab.$eval("#told", (it) => it.textContent);
  await tab.evaluate(() => coldaisle.go(0));
  const first = [await now(), await told()];
  await tab.focus("#time");
  await tab.keyboard.press("ArrowRight");
  expect((await now()) !== first[0], "the slider's arrow key does not move the clock");
  const line = await (await tab.$("#time")).boundingBox();
  await tab.mouse.click(line.x + line.width * 0.5, line.y + line.height / 2);
  await pause(150);
  const half = await tab.evaluate(() => coldaisle.state.time_s / coldaisle.sides[0].total_s);
  expect(near(half, 0.5, 0.03), `a click on the middle of the line goes to ${half}`);
  expect((await told()) !== first[1], "the sentences stay while time goes on");
  const before = await now();
  await tab.click("#play");
  await pause(1500);
  await tab.click("#play");
  expect((await now()) !== before, "playing does not move the clock");

  // Pictures a second.
  // The best of many: whatever else the machine does only adds to it.
  const ms = await tab.evaluate(() => {
    let best = Infinity;
    for (let turn = 0; turn < 40; turn += 1) {
      const from = performance.now();
      coldaisle.draw();
      coldaisle.finished();
      best = Math.min(best, performance.now() - from);
    }
    return best;
  });
  console.log(`hall: ${count} racks: ${ms.toFixed(0)} ms a picture in software`);
  expect(ms <= 100, `less than ten pictures a second: ${ms.toFixed(0)} ms each`);

  // The table is the same in words, by key and by button.
  await tab.evaluate(() => document.activeElement.blur());
  await tab.keyboard.press("t");
  await pause(150);
  expect((await tab.$$eval("#table tbody tr", (all) => all.length)) > count / 2, "the table has too few rows");
  await accessible(tab, "table");
  await picture(tab, "table");
  await tab.close();
}
{
  const tab = await open(drawn, two, [1280, 720], "dark");
  expect((await tab.$$(".card")).length === 2, "two results are not two cards");
  const names = await tab.$$eval(".card h2", (all) => all.map((it) => it.textContent));
  expect(names.length === 2 && names[0] !== names[1], `the sides are named ${names}`);
  await accessible(tab, "two results");
  await picture(tab, "two-dark");
  await tab.close();
}
for (const [name, page, scheme] of [["400-light", one, "light"], ["400-dark", two, "dark"]]) {
  const tab = await open(drawn, page, [400, 850], scheme);
  expect(!(await wider(tab)), `${name}: wider than the window`);
  await accessible(tab, name);
  await picture(tab, name);
  await tab.evaluate(() => document.getElementById("table-button").click());
  await pause(200);
  expect(!(await wider(tab)), `${name}: the table is wider than the window`);
  await tab.close();
}
await drawn.close();

const flat = await browse(DRAWS_NOT);
{
  const tab = await open(flat, one, [1280, 720], "light", false);
  expect(await tab.evaluate(() => !coldaisle.stage), "it draws where nothing can be drawn");
  const text = await tab.$eval("#table", (it) => (it.hidden ? "" : it.textContent));
  expect(text.includes("Hottest:") && text.includes("margin to limit") && text.includes("facility"), "where nothing can be drawn there is no table");
  await picture(tab, "no-webgl");
  await tab.close();
}
await flat.close();
console.log(faults ? `hall: ${faults} faults` : "hall: as it should be");
process.exit(faults ? 1 : 0);
