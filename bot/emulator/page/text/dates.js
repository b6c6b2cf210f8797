// Times as people read them. Seconds since 1970 in, text out; the zone is the viewer's.

const cache = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!cache.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    } catch {
      made = new Intl.DateTimeFormat("en-GB", options);
    }
    cache.set(key, made);
  }
  return cache.get(key);
}

function parts(seconds, zone) {
  const read = format(zone, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(seconds * 1000));
  const found = Object.fromEntries(read.map((part) => [part.type, part.value]));
  return { ...found, day_key: `${found.year}-${found.month}-${found.day}` };
}

const QUARTER_S = 900;
const days = new Map();

/** "2026-11-21" of a moment in a zone. Zones differ by whole quarters of an hour, so one answer serves a quarter. */
export function dayKey(seconds, zone) {
  const key = `${zone}/${Math.floor(seconds / QUARTER_S)}`;
  if (!days.has(key)) {
    if (days.size > 5000) days.clear();
    days.set(key, parts(seconds, zone).day_key);
  }
  return days.get(key);
}

/** "14:05" */
export function clockTime(seconds, zone, withSeconds = false) {
  const p = parts(seconds, zone);
  return withSeconds ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`;
}

function ordinal(day) {
  const n = Number(day);
  const tail = n % 100 > 10 && n % 100 < 14 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th");
  return `${n}${tail}`;
}

function long(seconds, zone, { weekday = false, short = false } = {}) {
  const date = new Date(seconds * 1000);
  const month = format(zone, { month: short ? "short" : "long" }).format(date);
  const p = parts(seconds, zone);
  const day = short ? `${Number(p.day)}, ${p.year}` : `${ordinal(p.day)}, ${p.year}`;
  return weekday ? `${format(zone, { weekday: "long" }).format(date)}, ${month} ${day}` : `${month} ${day}`;
}

function pretty(seconds, zone, now, fallback) {
  const key = dayKey(seconds, zone);
  for (const [word, shift] of [
    ["today", 0],
    ["yesterday", -86400],
    ["tomorrow", 86400],
  ]) {
    if (key === dayKey(now + shift, zone)) return word;
  }
  return fallback;
}

/** Time between now and a moment, in words. */
export function ago(seconds, now) {
  const gap = Math.round(now - seconds);
  const size = Math.abs(gap);
  const [count, unit] =
    size < 60 ? [size, "second"] : size < 3600 ? [size / 60, "minute"] : size < 86400 ? [size / 3600, "hour"] : [size / 86400, "day"];
  const n = Math.floor(count);
  if (size < 10) return "just now";
  const words = `${n} ${unit}${n === 1 ? "" : "s"}`;
  return gap >= 0 ? `${words} ago` : `in ${words}`;
}

/** Heading between two days of a conversation. */
export function dayLabel(seconds, zone, now) {
  const word = pretty(seconds, zone, now, null);
  if (word && word !== "tomorrow") return word[0].toUpperCase() + word.slice(1);
  const date = new Date(seconds * 1000);
  const p = parts(seconds, zone);
  const year = p.year === parts(now, zone).year ? "" : ` ${p.year}`;
  return `${format(zone, { weekday: "long" }).format(date)}, ${Number(p.day)} ${format(zone, { month: "long" }).format(date)}${year}`;
}

/** Full date and time, for titles. */
export function fullTime(seconds, zone) {
  return `${long(seconds, zone, { weekday: true })} at ${clockTime(seconds, zone, true)}`;
}

/** A text such as "{date_short} at {time}" of `<!date^...>` and of rich text dates. */
export function fillTokens(template, seconds, zone, now) {
  const plain = long(seconds, zone);
  const short = long(seconds, zone, { short: true });
  const full = long(seconds, zone, { weekday: true });
  const p = parts(seconds, zone);
  const tokens = {
    date_num: p.day_key,
    date_slash: `${p.day}/${p.month}/${p.year}`,
    date: plain,
    date_short: short,
    date_long: full,
    date_long_full: full,
    date_pretty: pretty(seconds, zone, now, plain),
    date_short_pretty: pretty(seconds, zone, now, short),
    date_long_pretty: pretty(seconds, zone, now, full),
    day_divider_pretty: dayLabel(seconds, zone, now),
    time: clockTime(seconds, zone),
    time_secs: clockTime(seconds, zone, true),
    ago: ago(seconds, now),
  };
  return template.replace(/\{(\w+)\}/g, (whole, name) => tokens[name] ?? whole);
}

/** Seconds since 1970 of a wall-clock "2026-11-21T09:30" in a zone. */
export function fromLocal(text, zone) {
  const wanted = Date.parse(text.length === 16 ? `${text}:00Z` : `${text}Z`) / 1000;
  if (Number.isNaN(wanted)) return null;
  let guess = wanted;
  for (let turn = 0; turn < 3; turn += 1) {
    const p = parts(guess, zone);
    const shown = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) / 1000;
    guess += wanted - shown;
  }
  return guess;
}

/** "2026-11-21T09:30" of a moment in a zone, for a date-time field. */
export function toLocal(seconds, zone) {
  const p = parts(seconds, zone);
  return `${p.day_key}T${p.hour}:${p.minute}`;
}
