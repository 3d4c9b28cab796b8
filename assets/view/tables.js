// ── tables: the same for those who cannot see or draw the scene ──
const PAGE = 500;
const paged = { side: 0, hall: 0, page: 0 };
const table = (caption, head, rows) => {
  const made = element("table");
  made.append(element("caption", caption));
  const top = element("thead").appendChild(element("tr"));
  head.forEach((text) => { const cell = element("th", text); cell.scope = "col"; top.append(cell); });
  made.append(top.parentElement);
  const body = element("tbody");
  for (const row of rows) {
    const line = element("tr");
    row.forEach((text, number) => { const cell = element(number ? "td" : "th", text); if (!number) cell.scope = "row"; line.append(cell); });
    body.append(line);
  }
  made.append(body);
  return made;
};
const tables = () => {
  if (!state.table) return;
  const box = $("table");
  const all = [];
  sides.forEach((side, index) => {
    const moment = side.momentAt(state.time_s);
    const of = (name) => side.value(name, moment);
    const began_s = side.row[moment] * side.data.record_s;
    const failing = side.data.events.some((event) => event.start_s <= began_s && began_s < event.end_s);
    all.push(element("h2", `${side.name}, ${dateText(side.date(moment))}`));
    const told = element("ul");
    [...side.sentences(moment), ...side.alarms(moment).map((alarm) => `Alarm: ${alarm}`)].forEach((text) => told.append(element("li", text)));
    all.push(told);
    const carbon = of("carbon_kg");
    all.push(table("Site", ["quantity", "now", "so far"], [
      ["facility", power(of("facility_w")), withUnit(of("energy_j") / 3.6e9, 1, "MWh")],
      ["IT", power(of("it_w")), withUnit(of("it_j") / 3.6e9, 1, "MWh")],
      ["cooling", power(of("cooling_w")), ""],
      ["PUE", failing ? "–" : grouped(of("facility_w") / of("it_w"), 3), grouped(of("energy_j") / of("it_j"), 3)],
      ["water", withUnit(of("water_m3_h"), 1, "m³/h"), withUnit(of("water_m3"), 0, "m³")],
      ["electricity", withUnit(of("usd_h"), 0, "$/h"), withUnit(of("usd"), 0, "$")],
      ["carbon", withUnit(of("carbon_kg_h"), 0, "kg/h"), withUnit(carbon / 1000, 1, "t")],
      ["outdoors, dry and wet bulb", withUnit(of("dry_bulb_c"), 1, "°C"), withUnit(of("wet_bulb_c"), 1, "°C")],
    ].map((row) => (row[0].startsWith("outdoors") ? [row[0], `${row[1]}, ${row[2]}`, ""] : row))));
    all.push(table("Halls", ["hall", "IT", "supply", "return", "warmest inlet", "hottest chip", "chips slowed", "utilisation"], side.halls.map((hall, number) => {
      const at = (name) => of(`${number}.${name}`);
      return [`${hall.name} (${hall.cooling}, ${grouped(hall.racks)} ${hall.unit}s of ${hall.servers})`, power(at("it_w")), withUnit(at("supply_c"), 1, "°C"), withUnit(at("return_c"), 1, "°C"), withUnit(at("max_inlet_c"), 1, "°C"), withUnit(at("max_chip_c"), 1, "°C"), grouped(at("throttled_gpus")), withUnit(100 * at("utilisation"), 0, "%")];
    })));
    all.push(table("Machines", ["machine", "figures"], side.data.scene.machines.map((machine, number) => [machine.name, side.machine(number, moment).map(([name, value]) => `${name} ${value}`).join(" · ")])));
    if (index !== paged.side) return;
    const hall = side.halls[paged.hall];
    const values = side.racks(moment)[paged.hall];
    const from = paged.page * PAGE;
    const rows = [];
    for (let rack = from; rack < Math.min(from + PAGE, hall.racks); rack += 1) {
      const dark = values.state[rack] === STATE.dark;
      rows.push([`${hall.name} ${rack + 1}`, dark ? "off or without power" : withUnit(values.power[rack], 1, "kW"), withUnit(values.inlet[rack], 1, "°C"), withUnit(values.chip[rack], 1, "°C"), withUnit(values.margin[rack], 1, "K"), withUnit(values.utilisation[rack], 0, "%")]);
    }
    all.push(table(`Racks ≈, their shares of the hall: ${hall.name}, ${from + 1} to ${from + rows.length} of ${hall.racks}`, ["rack", "power", "inlet / coolant", "hottest chip", "margin to limit", "utilisation"], rows));
  });
  const pages = [];
  sides.forEach((side, index) => side.halls.forEach((hall, number) => {
    for (let page = 0; page * PAGE < hall.racks; page += 1) pages.push([index, number, page, `racks of ${sides.length > 1 ? `${side.name}, ` : ""}${hall.name}, ${page * PAGE + 1} to ${Math.min((page + 1) * PAGE, hall.racks)}`]);
  }));
  if (pages.length > 1) {
    const label = element("label", "Shown: ");
    const choice = element("select");
    pages.forEach(([index, number, page, text], at) => {
      const option = element("option", text);
      option.value = at;
      option.selected = index === paged.side && number === paged.hall && page === paged.page;
      choice.append(option);
    });
    choice.onchange = () => {
      [paged.side, paged.hall, paged.page] = pages[choice.value];
      tables();
      $("table").querySelector("select").focus();
    };
    label.append(choice);
    all.unshift(label);
  }
  if (!stage) all.unshift(element("p", "This browser draws nothing in three dimensions (it lacks WebGL 2, or it is switched off): all figures as tables.", "notice"));
  const at = box.scrollTop;
  box.replaceChildren(...all);
  box.scrollTop = at;
};
const showTable = (open) => {
  state.table = open || !stage;
  $("table").hidden = !state.table;
  $("stage").hidden = state.table;
  $("table-button").setAttribute("aria-expanded", String(state.table));
  $("table-button").textContent = state.table ? "3D" : "table";
  $("table-button").disabled = !stage;
  tables();
  if (!state.table) size(1);
};
