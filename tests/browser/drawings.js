// What is wrong with the drawings that this page shows: `drawings.faults()` and `drawings.pale()`, a line a fault.
window.drawings = (() => {
  const shown = () =>
    [...document.querySelectorAll("figure.chart .drawing svg")].filter((svg) => svg.getBoundingClientRect().width);
  const name = (svg) => svg.closest("figure").id;
  const rim = (text) => getComputedStyle(text).stroke !== "none"; // the halo below a text
  const texts = (svg) => [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim() && !rim(text));
  const cut = (box, frame) =>
    box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  // Text boxes hold the line's leading: what a reader sees of 12 pixels is about 9 high.
  const inked = (text) => {
    const box = text.getBoundingClientRect();
    const air = box.height * 0.18;
    return { left: box.left, right: box.right, top: box.top + air, bottom: box.bottom - air, said: text.textContent };
  };
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom && b.top < a.bottom;

  function* wrong() {
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) yield `the page is ${page.scrollWidth} pixels wide`;
    for (const svg of shown()) {
      const frame = svg.getBoundingClientRect();
      const scale = frame.width / svg.viewBox.baseVal.width;
      const boxes = texts(svg).map(inked);
      if (frame.right > page.clientWidth + 1) yield `${name(svg)}: wider than the page`;
      for (const text of texts(svg)) {
        const size = parseFloat(getComputedStyle(text).fontSize) * scale;
        if (size < 11) yield `${name(svg)}: "${text.textContent}" is ${size} pixels high`;
        if (cut(text.getBoundingClientRect(), frame)) yield `${name(svg)}: "${text.textContent}" is cut`;
      }
      for (const [at, a] of boxes.entries())
        for (const b of boxes.slice(at + 1)) if (meet(a, b)) yield `${name(svg)}: "${a.said}" over "${b.said}"`;
    }
  }

  const rgb = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const mix = (over, under, alpha) => over.slice(0, 3).map((part, at) => part * alpha + under[at] * (1 - alpha));
  const light = (colour) =>
    colour
      .slice(0, 3)
      .map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = () => rgb(getComputedStyle(document.body).backgroundColor);
  // Grounds and lines of orientation: they carry no data, and bands show a range that the text prints too.
  const named = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name}, transparent)`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  const quiet = (style) => ["grid", "band", "paper"].map(named).some((colour) => [style.fill, style.stroke].includes(colour));

  const alpha = (mark, style, what) => {
    let all = parseFloat(style[`${what}Opacity`]);
    for (let at = mark; at.tagName !== "svg"; at = at.parentNode) all *= parseFloat(getComputedStyle(at).opacity);
    return all;
  };
  const behind = (svg, text) => {
    const box = text.getBoundingClientRect();
    const point = new DOMPoint(box.left + box.width / 2, box.top + box.height / 2);
    let ground = paper();
    for (const mark of svg.querySelectorAll("path, rect, text")) {
      if (mark === text) break;
      const style = getComputedStyle(mark);
      if (mark.tagName === "text") {
        if (rim(mark) && mark.textContent === text.textContent && meet(inked(mark), inked(text))) ground = rgb(style.stroke);
      } else if (style.fill !== "none" && mark.isPointInFill(point.matrixTransform(mark.getScreenCTM().inverse())))
        ground = mix(rgb(style.fill), ground, alpha(mark, style, "fill") * (rgb(style.fill)[3] ?? 1));
    }
    return ground;
  };
  function* pale() {
    for (const svg of shown()) {
      for (const text of texts(svg)) {
        const ratio = contrast(rgb(getComputedStyle(text).fill), behind(svg, text));
        if (ratio < 4.5) yield `${name(svg)}: "${text.textContent}" ${ratio.toFixed(2)}`;
      }
      const seen = new Set();
      for (const mark of svg.querySelectorAll("path, line")) {
        const style = getComputedStyle(mark);
        const kind = [style.fill, style.stroke, alpha(mark, style, "fill"), alpha(mark, style, "stroke")].join();
        if (seen.has(kind) || quiet(style) || !mark.getBoundingClientRect().width) continue;
        seen.add(kind);
        const ratios = ["fill", "stroke"]
          .filter((what) => !["none", "rgba(0, 0, 0, 0)"].includes(style[what]))
          .map((what) => contrast(mix(rgb(style[what]), paper(), alpha(mark, style, what)), paper()));
        if (ratios.length && Math.max(...ratios) < 3 && !mark.closest(".role-axis-grid, .background"))
          yield `${name(svg)}: a mark of ${kind} ${Math.max(...ratios).toFixed(2)}`;
      }
    }
  }
  return { faults: () => [...wrong()], pale: () => [...pale()] };
})();
