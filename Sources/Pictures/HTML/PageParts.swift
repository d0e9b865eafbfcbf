/// What every page holds.
enum PageParts {
  static let style = """
    body { font: 12px "DejaVu Sans", Verdana, sans-serif; color: #333; background: #fff; margin: 12px; }
    h1 { font-size: 15px; font-weight: normal; text-align: center; }
    .panels { display: grid; justify-content: center; }
    svg text { font-size: 12px; fill: #333; }
    svg text.title, svg text.label, svg text.tick, svg text.level { text-anchor: middle; }
    svg text.title { font-size: 13px; fill: #222; }
    svg text.side { text-anchor: end; }
    svg text.level { font-size: 10px; paint-order: stroke; stroke-width: 4px; }
    svg .grid { stroke: #dcdcdc; stroke-width: 0.5; fill: none; }
    svg .axis { stroke: #444; stroke-width: 0.8; fill: none; }
    svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    svg .key { cursor: pointer; }
    svg .key:focus-visible { outline: 1px solid #0072b2; }
    svg .off { opacity: 0.35; }
    svg .hidden { display: none; }
    svg [data-surface] { cursor: grab; touch-action: none; }
    #tip { position: absolute; pointer-events: none; white-space: pre; background: #fff; border: 1px solid #888; border-radius: 3px; padding: 4px 7px;
      box-shadow: 1px 1px 4px #0003; }
    #tip[hidden] { display: none; }
    """

  /// Texts of the data become text nodes only, never markup.
  static let script = #"""
    "use strict";
    const data = JSON.parse(document.getElementById("data").textContent);
    const tip = document.getElementById("tip");
    const make = (name, attributes, parent) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      parent.appendChild(node);
      return node;
    };
    const number = v => String(Number(v.toPrecision(6))).replace("-", "−");
    const part = (axis, v) => {
      const f = axis.log ? Math.log10 : t => t;
      const t = (f(v) - f(axis.lo)) / (f(axis.hi) - f(axis.lo));
      return axis.down ? 1 - t : t;
    };
    const value = (axis, t) => {
      if (axis.down) t = 1 - t;
      return axis.log ? 10 ** (Math.log10(axis.lo) + t * (Math.log10(axis.hi) - Math.log10(axis.lo))) : axis.lo + t * (axis.hi - axis.lo);
    };
    const named = (axis, v) => axis.names && axis.names[Math.round(v)] !== undefined ? axis.names[Math.round(v)] : axis.label + " = " + number(v);

    // What is under the pointer: the nearest point of what is shown, else the cell of a grid. Gives its place and its text.
    const found = (panel, hidden, px, py) => {
      const [left, top, width, height] = panel.area;
      const sx = v => left + part(panel.x, v) * width, sy = v => top + (1 - part(panel.y, v)) * height;
      let best = null, nearest = 24;
      const offer = (x, y, lines) => {
        const d = Math.hypot(x - px, y - py);
        if (d < nearest) { nearest = d; best = { x, y, text: lines.filter(l => l).join("\n") }; }
      };
      panel.marks.forEach((m, k) => {
        if (hidden.has(k)) return;
        if (m.kind === "line" || m.kind === "points" || m.kind === "arrows") {
          m.x.forEach((v, i) => {
            if (v === null || m.y[i] === null) return;
            const more = m.kind === "arrows" ? "(" + number(m.u[i]) + ", " + number(m.v[i]) + ")" : null;
            offer(sx(v), sy(m.y[i]), [m.label, named(panel.x, v), panel.y.label + " = " + number(m.y[i]), more]);
          });
        } else if (m.kind === "band") {
          m.x.forEach((v, i) => {
            if (v === null) return;
            const y = Math.min(Math.max(py, sy(m.hi[i])), sy(m.lo[i]));
            if (nearest > 6) offer(sx(v), y, [m.label, named(panel.x, v), number(m.lo[i]) + " … " + number(m.hi[i])]);
          });
        } else if (m.kind === "bars") {
          m.y.forEach((v, i) => {
            if (m.from[i] === null || px < sx(m.from[i]) || px > sx(m.to[i])) return;
            const middle = (m.from[i] + m.to[i]) / 2;
            const where = panel.x.names ? named(panel.x, middle) : panel.x.label + " = " + number(m.from[i]) + " … " + number(m.to[i]);
            const inside = (py - sy(v)) * (py - sy(Math.max(panel.y.lo, 0))) <= 0;
            offer(inside ? px : sx(middle), inside ? py : sy(v), [m.label, where, panel.y.label + " = " + number(v)]);
          });
        }
      });
      if (best) return best;
      for (const m of panel.marks) {
        if (m.kind !== "grid") continue;
        const x = value(panel.x, (px - left) / width), y = value(panel.y, 1 - (py - top) / height);
        const i = m.x.findIndex((edge, k) => k + 1 < m.x.length && x >= edge && x <= m.x[k + 1]);
        const j = m.y.findIndex((edge, k) => k + 1 < m.y.length && y >= edge && y <= m.y[k + 1]);
        const z = i < 0 || j < 0 ? null : m.z[i * (m.y.length - 1) + j];
        if (z === null) continue;
        const shown = m.names ? m.names[z] ?? number(z) : panel.z.label + " = " + number(z);
        const middle = (edges, k) => number((edges[k] + edges[k + 1]) / 2);
        return { x: px, y: py, text: panel.x.label + " = " + middle(m.x, i) + "\n" + panel.y.label + " = " + middle(m.y, j) + "\n" + shown };
      }
      return null;
    };

    // A surface seen from above at an angle, far faces first.
    const view = (panel, turn) => {
      const s = Math.min(panel.area[2] / 3, panel.area[3] / 2.3), cx = panel.area[0] + panel.area[2] / 2, cy = panel.area[1] + panel.area[3] * 0.52;
      const [ca, sa, ce, se] = [Math.cos(turn.a), Math.sin(turn.a), Math.cos(turn.e), Math.sin(turn.e)];
      return (x, y, z) => {
        const [u, v] = [x * ca - y * sa, x * sa + y * ca];
        return { x: cx + s * u, y: cy - s * (v * se + z * ce), far: v * ce - z * se };
      };
    };
    const draw = (panel, hidden, turn, group) => {
      group.replaceChildren();
      const at = view(panel, turn), line = points => points.map((p, i) => (i ? "L" : "M") + p.x.toFixed(2) + " " + p.y.toFixed(2)).join("");
      const unit = (axis, v) => 2 * part(axis, v) - 1, up = v => 1.2 * part(panel.z, v) - 0.6;
      const spot = (x, y, z) => at(unit(panel.x, x), unit(panel.y, y), up(z));
      const floor = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => at(x, y, -0.6));
      make("path", { class: "axis", d: line(floor) + "Z" }, group);
      const faces = [];
      panel.marks.forEach((m, k) => {
        if (m.kind !== "surface" || hidden.has(k)) return;
        const n = m.y.length, p = m.z.map((z, i) => z === null ? null : spot(m.x[Math.floor(i / n)], m.y[i % n], z));
        for (let i = 0; i + 1 < m.x.length; i++) for (let j = 0; j + 1 < n; j++) {
          const corners = [i * n + j, i * n + j + 1, (i + 1) * n + j + 1, (i + 1) * n + j], c = corners.map(q => p[q]);
          if (c.some(q => q === null)) continue;
          faces.push({ far: c.reduce((t, q) => t + q.far, 0), d: line(c) + "Z", fill: m.colours[corners[0]] });
        }
      });
      faces.sort((a, b) => b.far - a.far);
      for (const f of faces) make("path", { d: f.d, fill: f.fill, stroke: "#404040", "stroke-width": 0.25, "stroke-linejoin": "round" }, group);
      panel.marks.forEach((m, k) => {
        if (m.kind !== "path" || hidden.has(k)) return;
        const whole = m.x.map((x, i) => x === null || m.z[i] === null ? null : spot(x, m.y[i], m.z[i])).filter(p => p);
        make("path", { class: "line", stroke: m.colour, d: line(whole) }, group);
      });
      // Each axis stands at the edge that is nearest to the eye; the height at the leftmost corner.
      const near = (a, b) => a.y > b.y;
      const side = near(at(0, -1, -0.6), at(0, 1, -0.6)) ? -1 : 1, end = near(at(-1, 0, -0.6), at(1, 0, -0.6)) ? -1 : 1;
      const write = (text, p, name) => { make("text", { x: p.x, y: p.y, class: name }, group).textContent = text; };
      for (const [v, text] of panel.x.ticks) write(text, at(unit(panel.x, v), side * 1.13, -0.62), "tick");
      for (const [v, text] of panel.y.ticks) write(text, at(end * 1.13, unit(panel.y, v), -0.62), "tick");
      write(panel.x.label, at(0, side * 1.36, -0.66), "label");
      write(panel.y.label, at(end * 1.36, 0, -0.66), "label");
      const corner = [[-1, -1], [1, -1], [1, 1], [-1, 1]].reduce((a, b) => at(...a, 0).x <= at(...b, 0).x ? a : b);
      make("path", { class: "axis", d: line([at(...corner, -0.6), at(...corner, 0.6)]) }, group);
      for (const [v, text] of panel.z.ticks) {
        const p = at(...corner, up(v));
        write(text, { x: p.x - 8, y: p.y + 4 }, "side");
      }
      const top = at(...corner, 0.6);
      write(panel.z.label, { x: top.x, y: top.y - 10 }, "label");
    };

    for (const svg of document.querySelectorAll("svg[data-panel]")) {
      const panel = data[Number(svg.dataset.panel)], hidden = new Set(), turn = { a: -0.6, e: 0.55 };
      const group = svg.querySelector("[data-surface]");
      const again = () => { if (group) draw(panel, hidden, turn, group); };
      again();
      const ring = make("circle", { r: 5, fill: "none", stroke: "#222", class: "hidden" }, svg);
      const leave = () => { tip.hidden = true; ring.classList.add("hidden"); };
      const toggle = key => {
        const k = Number(key.dataset.mark), off = !hidden.has(k);
        if (off) hidden.add(k); else hidden.delete(k);
        key.classList.toggle("off", off);
        key.setAttribute("aria-pressed", String(!off));
        for (const g of svg.querySelectorAll("g[data-mark]")) if (g !== key && !g.classList.contains("key") && Number(g.dataset.mark) === k) g.classList.toggle("hidden", off);
        again();
        leave();
      };
      for (const key of svg.querySelectorAll(".key")) {
        key.addEventListener("click", () => toggle(key));
        key.addEventListener("keydown", e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); toggle(key); } });
      }
      svg.addEventListener("pointerleave", leave);
      svg.addEventListener("pointermove", e => {
        if (group) return;
        const frame = svg.getBoundingClientRect();
        const hit = found(panel, hidden, e.clientX - frame.left, e.clientY - frame.top);
        if (!hit) return leave();
        ring.setAttribute("cx", hit.x);
        ring.setAttribute("cy", hit.y);
        ring.classList.remove("hidden");
        tip.textContent = hit.text;
        tip.style.left = (e.pageX + 14) + "px";
        tip.style.top = (e.pageY + 14) + "px";
        tip.hidden = false;
      });
      if (group) {
        let from = null;
        group.addEventListener("pointerdown", e => { from = { x: e.clientX, y: e.clientY, a: turn.a, e: turn.e }; group.setPointerCapture(e.pointerId); });
        group.addEventListener("pointerup", () => { from = null; });
        group.addEventListener("pointermove", e => {
          if (!from) return;
          turn.a = from.a - (e.clientX - from.x) / 150;
          turn.e = Math.min(Math.max(from.e + (e.clientY - from.y) / 150, 0.05), 1.55);
          again();
        });
      }
    }
    """#
}
