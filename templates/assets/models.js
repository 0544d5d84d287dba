// The list of models: filter, order, columns and a download of the view. Without this script the page shows its
// first rows and links to plain pages with the rest; rows.json is loaded only when a reader asks for something.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const table = document.getElementById("models");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const pages = document.querySelector("nav.pages");
  const FIELDS = ["name", "publisher", "weights", "openness", "size", "ranks", "first", "gone"];
  const KEY = (field) => (field === "ranks" ? "rank" : field);
  const STEP = 100; // rows shown at once
  let models = null;
  let view = [];
  let limit = STEP;

  const number = new Intl.NumberFormat("en-GB");
  const compare = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" }).compare;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Rows arrive as columns; a column may be a list of its different texts and the place of each.
  function unpacked(columns) {
    const cell = (name, i) => columns[name].words ? columns[name].words[columns[name].at[i]] : columns[name][i];
    const seen = new Map();
    const lines = (text) => seen.get(text) || seen.set(text, text.split("\n")).get(text);
    return columns.name.map((name, i) => {
      const model = { place: i, slug: cell("slug", i) };
      for (const field of FIELDS) model[field] = cell(field, i);
      const [publisher, country] = lines(model.publisher);
      const [weights, evidence, lineage] = lines(model.weights);
      const [step, licence] = lines(model.openness);
      model.parts = { publisher, country, weights, evidence, lineage, step, licence };
      model.step = /^\d/.test(step) ? Number(step[0]) : null;
      model.billion = model.size === "unknown" ? null : Number(model.size);
      model.found = `${name}\n${publisher}\n${lineage}`.toLowerCase();
      return model;
    });
  }

  async function load() {
    if (models) return;
    const answer = await fetch(form.dataset.rows);
    if (!answer.ok) throw new Error(answer.status);
    models = unpacked(await answer.json());
  }

  // The rank on a board, or the best on any: ranks are lines such as "Board: 3 (1–5) of 40, 2026-01-01".
  function rank(model, board) {
    let best = Infinity;
    for (const line of model.ranks.split("\n")) {
      const end = line.lastIndexOf(": ");
      if (end > 0 && (!board || line.slice(0, end) === board)) best = Math.min(best, parseInt(line.slice(end + 2), 10));
    }
    return best;
  }

  const KEYS = {
    name: (m) => m.name,
    publisher: (m) => m.parts.publisher === "unknown" ? null : m.parts.publisher,
    weights: (m) => m.parts.weights === "unknown" ? null : m.parts.weights,
    openness: (m) => m.step,
    size: (m) => m.billion,
    rank: (m, board) => { const best = rank(m, board); return best === Infinity ? null : best; },
    first: (m) => m.first,
    gone: (m) => m.gone || null,
  };

  function ordered(rows, sort, board) {
    if (!sort) return rows;
    const down = sort.startsWith("-") ? -1 : 1;
    const key = KEYS[sort.replace("-", "")];
    if (!key) return rows;
    const keyed = rows.map((m) => [key(m, board), m]);
    keyed.sort(([a, m], [b, n]) => {
      if (a === null || b === null) return (a === null) - (b === null) || m.place - n.place;
      return down * (typeof a === "number" ? a - b : compare(a, b)) || m.place - n.place;
    });
    return keyed.map(([, m]) => m);
  }

  function filtered(asked) {
    const words = asked.q.toLowerCase().split(/\s+/).filter(Boolean);
    const [low, high] = asked.size.split("-").map(Number);
    const wanted = [
      words.length && ((m) => words.every((word) => m.found.includes(word))),
      asked.country && ((m) => m.parts[asked.by === "weights" ? "weights" : "country"] === asked.country),
      asked.open && ((m) => asked.open === "u" ? m.step === null : asked.open === "2+" ? m.step >= 2 : m.step === Number(asked.open)),
      asked.board && ((m) => m.ranks.split("\n").some((line) => line.startsWith(`${asked.board}: `))),
      asked.size && ((m) => asked.size === "u" ? m.billion === null : m.billion !== null && m.billion >= low && m.billion < (high || Infinity)),
      asked.gone && ((m) => (asked.gone === "yes") === (m.gone !== "")),
    ].filter(Boolean);
    return models.filter((m) => wanted.every((want) => want(m)));
  }

  function lines(text) {
    const language = /[㐀-鿿]/.test(text) ? (/[぀-ヿ]/.test(text) ? "ja" : "zh") : "";
    return element("bdi", { textContent: text.trim(), ...(language && { lang: language }) });
  }

  function rowOf(model) {
    const row = element("tr");
    const name = lines(model.name);
    row.append(element("th", { scope: "row" }, model.slug ? element("a", { href: `${model.slug}/index.html` }, name) : name));
    for (const field of FIELDS.slice(1)) {
      row.append(model[field].trim() ? element("td", {}, lines(model[field])) : element("td"));
    }
    return row;
  }

  const asked = () => Object.fromEntries(["q", "country", "by", "open", "board", "size", "gone", "sort"].map((n) => [n, form.elements[n].value]));
  const chosen = (name) => form.elements[name].selectedOptions[0].textContent;

  function sentence(state) {
    const parts = [
      state.q.trim() && `“${state.q.trim().slice(0, 60)}”`,
      state.country && `${state.country} by ${chosen("by")}`,
      state.open && `openness: ${chosen("open")}`,
      state.board && `on ${state.board}`,
      state.size && `size: ${chosen("size")}`,
      state.gone && (state.gone === "yes" ? "withdrawn" : "not withdrawn"),
    ].filter(Boolean);
    const count = `Showing ${number.format(view.length)} of ${form.dataset.total} models`;
    return `${count}${parts.length ? `: ${parts.join("; ")}` : ""}; as of ${form.dataset.asOf}; in order of ${chosen("sort")}.`;
  }

  function columns() {
    const hidden = [...form.querySelectorAll("fieldset input")].filter((box) => !box.checked).map((box) => box.value);
    for (const field of FIELDS.slice(1)) table.classList.toggle(`no-${field}`, hidden.includes(field));
    return hidden;
  }

  function address(state, hidden) {
    const query = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
    if (hidden.length) query.set("hide", hidden.join(","));
    const text = query.toString();
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
  }

  function draw() {
    const rows = view.slice(0, limit).map(rowOf);
    if (view.length > limit) {
      const more = element("button", { type: "button", textContent: `Show ${Math.min(STEP, view.length - limit)} more of ${number.format(view.length - limit)}` });
      more.addEventListener("click", () => {
        const before = limit;
        limit += STEP;
        draw();
        const next = body.rows[before].cells[0];
        next.tabIndex = -1;
        next.focus();
      });
      rows.push(element("tr", { className: "more" }, element("td", { colSpan: FIELDS.length }, more)));
    }
    body.replaceChildren(...rows);
  }

  function heading(sort) {
    heads.forEach((head, i) => {
      head.removeAttribute("aria-sort");
      if (sort.replace("-", "") === KEY(FIELDS[i])) head.setAttribute("aria-sort", sort[0] === "-" ? "descending" : "ascending");
    });
  }

  async function update() {
    const state = asked();
    const hidden = columns();
    address(state, hidden);
    heading(state.sort);
    limit = STEP;
    if (!models && !Object.values(state).some(Boolean)) return;
    try {
      await load();
    } catch {
      shown.textContent = "The list could not be loaded, so it cannot be filtered here; the plain pages below hold all of it.";
      return;
    }
    const now = asked();
    view = ordered(filtered(now), now.sort, now.board);
    pages.hidden = true;
    draw();
    shown.textContent = sentence(now);
  }

  // A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
  function cell(text) {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(rows) {
    const head = ["model", "publisher", "publisher_country", "weights_country", "evidence", "lineage", "openness", "licence", "size_b", "ranks", "first_seen", "withdrawn"];
    const table = rows.map(({ name, parts: p, size, ranks, first, gone }) =>
      [name, p.publisher, p.country, p.weights, p.evidence, p.lineage, p.step, p.licence, size, ranks, first, gone].map((text) => cell(text.replaceAll("\n", "; "))).join(","));
    return `${[head.join(","), ...table].join("\n")}\n`;
  }

  async function download() {
    await load();
    const state = asked();
    const rows = ordered(filtered(state), state.sort, state.board);
    const link = element("a", { download: "models-view.csv", href: URL.createObjectURL(new Blob([csv(rows)], { type: "text/csv;charset=utf-8" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // A heading may ask for an order that the list does not offer yet; what no field knows is left out.
  function choose(name, value) {
    const control = form.elements[name];
    if (!control?.name || name === "hide") return;
    if (name === "sort" && KEYS[value.replace("-", "")] && ![...control.options].some((o) => o.value === value)) {
      control.append(element("option", { value, textContent: value.replace("-", "reversed ") }));
    }
    control.value = value;
    if (control.selectedIndex < 0) control.selectedIndex = 0;
  }

  function start() {
    const query = new URLSearchParams(location.search);
    const hidden = (query.get("hide") || "").split(",");
    for (const [i, field] of FIELDS.entries()) {
      const words = heads[i].textContent;
      if (i) {
        const box = element("input", { type: "checkbox", value: field, defaultChecked: true, checked: !hidden.includes(field) });
        form.querySelector("fieldset").append(element("label", {}, box, ` ${words}`));
      }
      const key = KEY(field);
      const button = element("button", { type: "button", textContent: words });
      button.addEventListener("click", () => {
        choose("sort", form.elements.sort.value === key ? `-${key}` : key);
        update();
      });
      heads[i].replaceChildren(button);
    }
    form.hidden = false;
    form.querySelector("details").open = matchMedia("(min-width: 48rem)").matches;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", update);
    form.addEventListener("reset", () => setTimeout(update));
    document.getElementById("csv").addEventListener("click", download);
    columns();
    for (const [name, value] of query) choose(name, value);
    if (Object.values(asked()).some(Boolean)) update();
  }

  start();
})();
