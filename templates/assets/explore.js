// A chart to explore: live Vega in the drawing's place, loaded when a reader asks for it.
(() => {
  const here = document.currentScript.src;
  if (!here.startsWith("http")) return; // from a disk, browsers load neither modules nor data

  const make = (tag, words = "", more = {}) =>
    Object.assign(document.createElement(tag), { textContent: words, ...more });
  const units = (spec) => [
    ...(spec.mark ? [spec] : []),
    ...[spec.spec, ...["layer", "hconcat", "vconcat", "concat"].flatMap((n) => spec[n] ?? [])]
      .filter(Boolean).flatMap(units),
  ];

  /** The specification for a page: its colours, no title of its own, and a filter for its key. */
  async function read(id, narrow) {
    const answer = await fetch(new URL(`../charts/${id}${narrow ? "-narrow" : ""}.vl.json`, here));
    if (!answer.ok) throw new Error(answer.statusText);
    let text = await answer.text();
    for (const [name, colour] of Object.entries(JSON.parse(text).usermeta.colours))
      text = text.replaceAll(`"${colour}"`, `"var(--${name}, ${colour})"`);
    const { title, ...spec } = JSON.parse(text);
    spec.config.padding = 2;
    const key = units(spec).flatMap(({ encoding = {} }) => [encoding.color, encoding.fill, encoding.stroke])
      .find((c) => c?.field && c.legend !== null && c.scale?.domain?.length > 1);
    if (!key) return { spec, names: [] };
    const uses = `"field":"${key.field}"`;
    for (const unit of units(spec))
      if (JSON.stringify(unit.encoding ?? {}).includes(uses))
        unit.transform = [...(unit.transform ?? []),
          { filter: `indexof(hidden, datum[${JSON.stringify(key.field)}]) < 0` }];
    spec.params = [...(spec.params ?? []), { name: "hidden", value: [] }];
    const words = new Map((key.legend?.labelExpr ?? "").matchAll(/== '([^']*)' \? '([^']*)'/g)
      .map(([, value, text]) => [value, text]));
    const names = key.legend?.values ?? key.scale.domain;
    return { spec, names: names.map((value) => [value, words.get(value) ?? value]) };
  }

  /** Nearer and farther, by buttons, keys and dragging: the same for every kind of chart. */
  function zoom(svg, bar, box) {
    const whole = svg.viewBox.baseVal;
    const [x0, y0, w, h] = [whole.x, whole.y, whole.width, whole.height];
    let [x, y, scale] = [x0, y0, 1];
    const look = (times, dx = 0, dy = 0) => {
      const last = scale;
      scale = Math.min(8, Math.max(1, scale * times));
      x += (w / last - w / scale) / 2 + (dx * w) / scale;
      y += (h / last - h / scale) / 2 + (dy * h) / scale;
      x = Math.min(Math.max(x, x0), x0 + w - w / scale);
      y = Math.min(Math.max(y, y0), y0 + h - h / scale);
      svg.setAttribute("viewBox", `${x} ${y} ${w / scale} ${h / scale}`);
    };
    const keys = { "+": [1.5], "-": [1 / 1.5], 0: [1 / 8], ArrowLeft: [1, -0.1], ArrowRight: [1, 0.1],
      ArrowUp: [1, 0, -0.1], ArrowDown: [1, 0, 0.1] };
    box.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      look(...keys[event.key]);
    });
    svg.addEventListener("pointermove", ({ buttons, movementX, movementY }) => {
      if (buttons && scale > 1) look(1, -movementX / svg.clientWidth, -movementY / svg.clientHeight);
    });
    for (const [words, key] of [["Zoom in", "+"], ["Zoom out", "-"]])
      bar.append(make("button", words, { type: "button", onclick: () => look(...keys[key]) }));
  }

  for (const figure of document.querySelectorAll("figure.chart")) {
    const id = figure.id.replace("figure-", "");
    const drawings = [...figure.querySelectorAll(".drawing")];
    const name = figure.querySelector(".finding").textContent;
    const open = make("button", "Explore", { type: "button", className: "explore" });
    open.append(make("span", `: ${name}`, { className: "unseen" }));
    const said = make("p", "", { className: "said" });
    said.setAttribute("role", "status");
    figure.querySelector(".files").prepend(open);
    figure.querySelector(".files").before(said);

    open.onclick = async () => {
      const narrow = !drawings[0].getClientRects().length;
      const live = make("div", "", { className: "live" });
      const { warn } = console;
      open.disabled = true;
      said.textContent = "Loading …";
      try {
        const [{ vegaEmbed }, { spec, names }] =
          await Promise.all([import(new URL("vega.js", here)), read(id, narrow)]);
        const box = make("div", "", { className: "picture", tabIndex: 0 });
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", `${name}. Plus and minus zoom, arrows move, Escape goes back.`);
        const bar = make("div", "", { className: "bar" });
        live.append(bar, box);
        drawings[0].before(live);
        console.warn = () => {}; // Vega-Lite tells which equal scales it merged
        const { view } = await vegaEmbed(box, spec, { mode: "vega-lite", ast: true, renderer: "svg",
          actions: false, logLevel: 1, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
        const hidden = new Set();
        for (const [value, text] of names) {
          const label = make("label");
          const tick = make("input", "", { type: "checkbox", checked: true });
          tick.onchange = () => {
            hidden[tick.checked ? "delete" : "add"](value);
            view.signal("hidden", [...hidden]).runAsync();
            said.textContent = `${text} ${tick.checked ? "shown" : "hidden"}.`;
          };
          label.append(tick, ` ${text}`);
          bar.append(label);
        }
        const back = () => {
          view.finalize();
          live.remove();
          drawings.forEach((drawing) => (drawing.hidden = false));
          open.hidden = false;
          said.textContent = "";
          open.focus();
        };
        zoom(box.querySelector("svg"), bar, box);
        bar.append(make("button", "Back to the drawing", { type: "button", onclick: back }));
        live.addEventListener("keydown", (event) => event.key === "Escape" && back());
        drawings.forEach((drawing) => (drawing.hidden = true));
        open.hidden = true;
        said.textContent = "Live chart. Point at a mark to read its values; Escape goes back.";
        box.focus();
      } catch {
        live.remove();
        said.textContent = "The live chart could not be loaded; the drawing stays.";
      }
      console.warn = warn;
      open.disabled = false;
    };
  }
})();
