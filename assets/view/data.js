// What the page holds: numbers as base64, sentences as forms and figures. `src/view/page/pack.rs` writes them.
const DATA = JSON.parse(document.getElementById("data").textContent);

const bytesOf = (text) => {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at);
  return bytes;
};
const floatsOf = (text) => new Float32Array(bytesOf(text).buffer);
const wholeOf = ({ bits, data }) => {
  const bytes = bytesOf(data);
  if (bits === 8) return bytes;
  return bits === 16 ? new Uint16Array(bytes.buffer) : new Uint32Array(bytes.buffer);
};
const columnOf = ({ low, step, data }) => ({ low, step, codes: new Uint16Array(bytesOf(data).buffer) });

const UNKNOWN = 0xffff;
const GAP = "\u0001";
const DAY_S = 86400;

// What a rack looks like besides its colour; the fourth byte of its slot.
const STATE = { shown: 255, dark: 128, unknown: 64 };

class Side {
  constructor(data, index) {
    Object.assign(this, { data, index, name: data.name });
    this.row = wholeOf(data.row);
    this.moments = this.row.length;
    this.total_s = data.total_s;
    this.start = Date.parse(`${data.start}T00:00:00Z`);
    this.columns = Object.fromEntries(Object.entries(data.columns).map(([name, column]) => [name, columnOf(column)]));
    this.halls = data.halls.map((hall) => ({ ...hall, power: floatsOf(hall.power), cooler_k: floatsOf(hall.cooler_k) }));
    const texts = data.texts;
    this.texts = { forms: texts.forms.map((form) => form.split(GAP)), figures: texts.figures, used: texts.used.map(wholeOf), filled: wholeOf(texts.filled), begins: wholeOf(texts.begins) };
    this.colours = bytesOf(data.colours);
    this.chart = Object.fromEntries(Object.entries(data.chart).map(([name, values]) => [name, floatsOf(values)]));
    this.known = { moment: -1 };
  }

  // The end of a moment, s from the start.
  time_s(moment) {
    return Math.min((this.row[moment] + 1) * this.data.record_s, this.total_s);
  }

  date(moment) {
    return new Date(this.start + 1000 * this.time_s(moment));
  }

  // The moment that a time lies in.
  momentAt(time_s) {
    let [low, high] = [0, this.moments - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time_s(middle) < time_s - 1e-3) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  value(name, moment) {
    const column = this.columns[name];
    if (!column || column.codes[moment] === UNKNOWN) return NaN;
    return column.low + column.step * column.codes[moment];
  }

  // All that is said of a moment, field by field.
  said(moment) {
    if (this.saidAt === moment) return this.saidThen;
    let at = this.texts.begins[moment];
    this.saidThen = this.texts.used.map((used) => {
      const parts = this.texts.forms[used[moment]];
      let text = parts[0];
      for (let part = 1; part < parts.length; part += 1) {
        text += this.texts.figures[this.texts.filled[at]] + parts[part];
        at += 1;
      }
      return text;
    });
    this.saidAt = moment;
    return this.saidThen;
  }

  sentences(moment) {
    const [hot, why, cost] = this.said(moment);
    return [hot, why, cost].filter(Boolean);
  }

  alarms(moment) {
    return this.said(moment)[this.data.sentences - 1].split("\n").filter(Boolean);
  }

  label(field, moment) {
    return this.said(moment)[this.data.sentences + field];
  }

  machine(place, moment) {
    const lines = this.said(moment)[this.data.sentences + this.data.labels + place].split("\n").filter(Boolean);
    return lines.map((line) => line.split("\t"));
  }

  // Racks of a moment: each is its part of its hall, as the view on a screen shows recorded runs (`hall/replay.rs`).
  racks(moment) {
    if (this.known.moment === moment) return this.known.halls;
    const halls = this.halls.map((hall, index) => {
      const of = (name) => this.value(`${index}.${name}`, moment);
      const [it_w, inlet_c, utilisation] = [of("it_w"), of("max_inlet_c"), of("utilisation")];
      const rise_k = Math.max(of("max_chip_c") - inlet_c, 0);
      const many = hall.power.length;
      const all = { power: new Float32Array(many), inlet: new Float32Array(many), chip: new Float32Array(many), utilisation: new Float32Array(many), margin: new Float32Array(many), state: new Uint8Array(many) };
      for (let rack = 0; rack < many; rack += 1) {
        const share = hall.power[rack];
        const coolant_c = inlet_c - hall.cooler_k[rack];
        const chip_c = coolant_c + (rise_k * share) / hall.most;
        const power_w = share * hall.of_hall * it_w;
        all.power[rack] = power_w / 1000;
        all.inlet[rack] = coolant_c;
        all.chip[rack] = chip_c;
        all.utilisation[rack] = 100 * Math.min(utilisation * share * many, 1);
        all.margin[rack] = Math.min(hall.slowdown_c - chip_c, hall.limit_c - coolant_c);
        all.state[rack] = Number.isNaN(power_w) ? STATE.unknown : power_w < 1 ? STATE.dark : STATE.shown;
      }
      return all;
    });
    this.known = { moment, halls };
    return halls;
  }

  // The hottest rack of a moment that has power: hall and number from 0.
  hottest(moment) {
    let found = null;
    this.racks(moment).forEach((hall, index) => hall.chip.forEach((chip_c, rack) => {
      if (hall.state[rack] === STATE.shown && (!found || chip_c > found.chip_c)) found = { hall: index, rack, chip_c };
    }));
    return found;
  }
}

const MAPS = Object.fromEntries(["warmth", "fluids", "margin", "load"].map((name) => [name, bytesOf(DATA[name])]));
const PALETTE = bytesOf(DATA.palette);

// The colour of a value, three bytes, and where it lies on the scale.
const colourOf = (way, value) => {
  const share = Math.min(Math.max((value - way.low) / (way.high - way.low), 0), 1);
  const at = 3 * Math.round(255 * (Number.isFinite(share) ? share : 0));
  const map = MAPS[way.map];
  return [map[at], map[at + 1], map[at + 2]];
};

const grouped = (value, places = 0) => (Number.isFinite(value) ? value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }) : "–");
const power = (w) => {
  if (!Number.isFinite(w)) return "–";
  const size = Math.abs(w);
  if (size >= 99.95e6) return `${grouped(w / 1e6)} MW`;
  if (size >= 9.995e6) return `${(w / 1e6).toFixed(1)} MW`;
  if (size >= 0.9995e6) return `${(w / 1e6).toFixed(2)} MW`;
  return size >= 99.95e3 ? `${(w / 1e3).toFixed(0)} kW` : `${(w / 1e3).toFixed(1)} kW`;
};
const withUnit = (value, places, unit) => (Number.isFinite(value) ? `${grouped(value, places)} ${unit}` : "–");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (number) => String(number).padStart(2, "0");
const dateText = (date) => `${DAYS[date.getUTCDay()]} ${date.toISOString().slice(0, 10)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
