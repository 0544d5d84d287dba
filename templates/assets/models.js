// The list of models: filter, order, columns, download. Its rows are fetched only when a reader asks.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const table = document.getElementById("models");
  const shown = document.getElementById("shown");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const pages = document.querySelector("nav.pages");
  const FIELDS = ["name", "publisher", "weights", "openness", "size", "ranks", "first", "gone"];
  const STEP = 100; // rows shown at once
  let models = null;
  let loading = null;
  let view = [];
  let limit = STEP;

  const number = new Intl.NumberFormat("en-GB");
  const compare = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" }).compare;

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function unpacked(columns) {
    const seen = new Map();
    const lines = (text) => seen.get(text) || seen.set(text, text.split("\n")).get(text);
    return columns.name.map((name, i) => {
      const model = { slug: columns.slug[i] };
      for (const field of FIELDS) model[field] = columns[field][i];
      const [publisher, country] = lines(model.publisher);
      const [weights, evidence, lineage] = lines(model.weights);
      const [step, licence] = lines(model.openness);
      model.parts = { publisher, country, weights, evidence, lineage, step, licence };
      model.step = /^\d/.test(step) ? Number(step[0]) : null;
      model.billion = model.size === "unknown" ? null : Number(model.size);
      return model;
    });
  }

  // Whether the rows are there; fetched once, and again where that failed.
  async function loaded() {
    const fetched = async () => { models = unpacked(await (await fetch(form.dataset.rows)).json()); };
    try {
      await (loading ??= fetched());
    } catch {
      loading = null;
      shown.textContent = "The list could not be loaded, so it cannot be filtered here; the plain pages below hold all of it.";
    }
    return models !== null;
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
    __proto__: null,
    name: (m) => m.name,
    publisher: (m) => m.parts.publisher,
    weights: (m) => m.parts.weights,
    openness: (m) => m.step,
    size: (m) => m.billion,
    ranks: rank,
    first: (m) => m.first,
    gone: (m) => m.gone,
  };
  const blank = (value) => [null, "", "unknown", Infinity].includes(value);

  // What is unknown stands last, whichever way the order goes.
  function ordered(rows, sort, board) {
    const down = sort[0] === "-" ? -1 : 1;
    const key = KEYS[sort.replace("-", "")];
    if (!key) return rows;
    const keyed = rows.map((m) => [key(m, board), m]);
    keyed.sort(([a], [b]) => blank(a) - blank(b) || (blank(a) ? 0 : down * (typeof a === "number" ? a - b : compare(a, b))));
    return keyed.map(([, m]) => m);
  }

  function found() {
    const state = asked();
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const [low, high] = state.size.split("-").map(Number);
    const wanted = [
      words.length && ((m) => words.every((word) => (m.found ??= `${m.name}\n${m.publisher}\n${m.weights}`.toLowerCase()).includes(word))),
      state.country && ((m) => m.parts[state.by === "weights" ? "weights" : "country"] === state.country),
      state.open && ((m) => state.open === "u" ? m.step === null : state.open === "2+" ? m.step >= 2 : m.step === Number(state.open)),
      state.board && ((m) => m.ranks.split("\n").some((line) => line.startsWith(`${state.board}: `))),
      state.size && ((m) => state.size === "u" ? m.billion === null : m.billion !== null && m.billion >= low && m.billion < (high || Infinity)),
      state.gone && ((m) => (state.gone === "yes") === (m.gone !== "")),
    ].filter(Boolean);
    return ordered(models.filter((m) => wanted.every((want) => want(m))), state.sort, state.board);
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
    try { history.replaceState(null, "", text ? `?${text}` : location.pathname); } catch { /* opened from a disk */ }
  }

  function draw() {
    const rows = view.slice(0, limit).map(rowOf);
    if (view.length > limit) {
      const more = element("button", { type: "button", textContent: `Show ${Math.min(STEP, view.length - limit)} more of ${number.format(view.length - limit)}` });
      more.addEventListener("click", () => {
        const before = limit;
        limit += STEP;
        draw();
        Object.assign(body.rows[before].cells[0], { tabIndex: -1 }).focus();
      });
      rows.push(element("tr", { className: "more" }, element("td", { colSpan: FIELDS.length }, more)));
    }
    body.replaceChildren(...rows);
  }

  function heading(sort) {
    heads.forEach((head, i) => {
      head.removeAttribute("aria-sort");
      if (sort.replace("-", "") === FIELDS[i]) head.setAttribute("aria-sort", sort[0] === "-" ? "descending" : "ascending");
    });
  }

  async function update() {
    const state = asked();
    const hidden = columns();
    address(state, hidden);
    heading(state.sort);
    limit = STEP;
    if (!models && !Object.values(state).some(Boolean) || !await loaded()) return;
    view = found();
    pages.hidden = true;
    draw();
    shown.textContent = sentence(asked());
  }

  // A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
  function cell(text) {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(rows) {
    const head = "model,publisher,publisher_country,weights_country,evidence,lineage,openness,licence,size_b,ranks,first_seen,withdrawn";
    const table = rows.map(({ name, parts: p, size, ranks, first, gone }) =>
      [name, p.publisher, p.country, p.weights, p.evidence, p.lineage, p.step, p.licence, size, ranks, first, gone].map((text) => cell(text.replaceAll("\n", "; "))).join(","));
    return `${[head, ...table].join("\n")}\n`;
  }

  async function download() {
    if (!await loaded()) return;
    const link = element("a", { download: "models-view.csv", href: URL.createObjectURL(new Blob([csv(found())], { type: "text/csv;charset=utf-8" })) });
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
      const button = element("button", { type: "button", textContent: words });
      button.addEventListener("click", () => {
        choose("sort", form.elements.sort.value === field ? `-${field}` : field);
        update();
      });
      heads[i].replaceChildren(button);
    }
    form.hidden = false;
    form.querySelector("details").open = matchMedia("(min-width: 48rem)").matches;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", update);
    form.addEventListener("focusin", loaded, { once: true }); // a reader is about to ask
    form.addEventListener("reset", () => setTimeout(update));
    document.getElementById("csv").addEventListener("click", download);
    columns();
    for (const [name, value] of query) choose(name, value);
    if (Object.values(asked()).some(Boolean)) update();
  }

  start();
})();
