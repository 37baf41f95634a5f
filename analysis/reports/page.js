(() => {
  "use strict";

  const AT_ONCE = 200;
  const MISSING = "–";

  // plotly draws times as they are written: those of UTC become those of the reader's zone
  const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  const local = (text) => {
    const time = new Date(text);
    return new Date(time - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  };

  // a figure names its colours by the style sheet's variables
  const themed = (value, style) => {
    if (Array.isArray(value)) return value.map((item) => themed(item, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, themed(item, style)]));
    }
    if (typeof value !== "string") return value;
    if (MOMENT.test(value)) return local(value);
    const name = /^var\((--[a-z0-9-]+)\)$/.exec(value);
    return name ? style.getPropertyValue(name[1]).trim() : value;
  };

  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const coarse = matchMedia("(pointer: coarse)").matches;
    for (const chart of document.querySelectorAll(".chart")) {
      const text = chart.parentElement.querySelector("script.figure").textContent;
      const { data, layout } = themed(JSON.parse(text), style);
      // a finger scrolls the page; it does not draw a box to zoom into
      if (coarse) layout.dragmode = false;
      if (chart.clientWidth < 480) layout.font.size = 11;
      Plotly.react(chart, data, layout, { responsive: true, displayModeBar: false })
        .then(() => { chart.dataset.drawn = "yes"; });
    }
  };

  const number = (text) => {
    const found = Number.parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(found) ? null : found;
  };

  // the rows of a bet and its details are a body of their own; of other tables each row stands alone
  const table = (element) => {
    const isGrouped = element.matches(".bets");
    const bodies = isGrouped ? [...element.tBodies] : [...element.tBodies[0].rows];
    const filters = document.querySelector(`[data-filters="${element.id}"]`);
    const status = document.querySelector(`[data-count="${element.id}"]`);
    const more = document.querySelector(`[data-more="${element.id}"]`);
    const search = filters && filters.querySelector("input");
    const selects = filters ? [...filters.querySelectorAll("select")] : [];
    const texts = new Map(bodies.map((body) => [body, body.textContent.toLowerCase()]));
    let order = bodies;
    let limit = Number(element.dataset.first) || AT_ONCE;

    const cellOf = (body, column) => (isGrouped ? body.rows[0] : body).cells[column];
    const cell = (body, column) => cellOf(body, column).textContent;
    const key = (body, column, kind) => {
      const { value } = cellOf(body, column).dataset;
      const text = value === undefined ? cell(body, column) : value || MISSING;
      return kind === "number" ? number(text) : text === MISSING ? null : text;
    };

    const show = () => {
      if (!filters) return;
      const wanted = search.value.trim().toLowerCase();
      const chosen = selects.filter((select) => select.value);
      let matching = 0;
      for (const body of order) {
        const matches = texts.get(body).includes(wanted)
          && chosen.every((select) => cell(body, Number(select.dataset.column)) === select.value);
        if (matches) matching += 1;
        body.hidden = !matches || matching > limit;
      }
      const shown = Math.min(matching, limit);
      status.textContent = `${shown.toLocaleString("en")} of ${matching.toLocaleString("en")} matching ${status.dataset.noun || "bets"} shown`;
      more.hidden = matching <= limit;
    };

    const sort = (column, kind, descending) => {
      const keys = new Map(bodies.map((body) => [body, key(body, column, kind)]));
      const compare = (left, right) => {
        const [a, b] = [keys.get(left), keys.get(right)];
        // what is not known comes last either way
        if (a === null || b === null) return (a === null) - (b === null);
        const sign = kind === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
        return descending ? -sign : sign;
      };
      order = [...bodies].sort(compare);
      (isGrouped ? element : element.tBodies[0]).append(...order);
      element.dataset.sorted = "yes";
    };

    [...element.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener("click", () => {
        const descending = heading.getAttribute("aria-sort") === "ascending";
        for (const other of element.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sort(column, heading.dataset.kind, descending);
        show();
      });
    });

    show();
    if (filters) {
      // without scripts there is nothing to choose by
      filters.hidden = false;
      filters.addEventListener("submit", (event) => event.preventDefault());
      filters.addEventListener("input", () => { limit = Math.max(limit, AT_ONCE); show(); });
      more.addEventListener("click", () => { limit += AT_ONCE; show(); });
    }
    if (!isGrouped) return;

    element.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      const open = link.closest("tbody").classList.toggle("open");
      link.setAttribute("aria-expanded", String(open));
    });

    const follow = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const body = target && target.closest("tbody");
      if (!body) return;
      body.hidden = false;
      target.scrollIntoView({ block: "center" });
    };

    addEventListener("hashchange", follow);
    follow();
  };

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  document.querySelectorAll("table.bets, table.data").forEach(table);
})();
