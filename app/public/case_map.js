// <case-map>: cases and territories on a map.
//
//   <case-map>
//     <script type="application/json" class="case-map-data">
//       { "cases": FeatureCollection of points (id, number, band "A".."D" | null, danger, href, address | null, state),
//         "territories": FeatureCollection of polygons (name), "tiles_url": "https://…/{z}/{x}/{y}.png" | null, "labels": { … see LABELS } }
//     </script>
//   </case-map>
//
// Replacing the JSON, or setting the property `data`, redraws. `select(id)` shows a case. Choosing one, by pointer or keyboard, dispatches
// `case-select` with { detail: { id } }. Everything drawn lives in a shadow root, so that hydration finds the children it rendered.
// Nothing leaves this origin but the tiles, when an address for them is configured; letters and numbers are drawn here, for want of a font server.

const LIBRARY_URL = "/__ASSET__/maplibre-gl.mjs";
const WORKER_URL = "/__ASSET__/maplibre-gl-worker.mjs";
const STYLE_URL = "/__ASSET__/case_map.css";

const BANDS = ["A", "B", "C", "D"];
const LIST_LENGTH_MAX = 100;
const CLUSTER_ZOOM_MAX = 15;
const CASE_ZOOM_MIN = 15;
const ZOOM_MAX = 19;
// Longueuil and Brossard, until there is something to show.
const HOME_BOUNDS = [[-73.53, 45.42], [-73.36, 45.57]];

const LABELS = {
  map: "Carte des dossiers",
  list: "Dossiers visibles sur la carte",
  list_all: "Dossiers",
  list_cut: "Les {n} plus graves sont listés ; zoomez pour voir les autres.",
  empty: "Aucun dossier ici.",
  case: "Dossier",
  band: "Cote",
  no_band: "Sans cote",
  danger: "Danger",
  no_address: "Adresse non communiquée",
  open: "Ouvrir le dossier",
  several: "dossiers à cet endroit",
  unavailable: "La carte ne peut pas être affichée sur cet appareil. Voici la liste des dossiers.",
  tiles_attribution: "",
  close: "Fermer",
  zoom_in: "Agrandir",
  zoom_out: "Réduire",
  pan_with_two_fingers: "Déplacez la carte avec deux doigts",
  zoom_with_ctrl: "Ctrl + molette pour zoomer",
  zoom_with_cmd: "⌘ + molette pour zoomer",
  toggle_attribution: "Afficher ou masquer la source du fond de carte",
};

// Token of the style sheet, and what stands for it on a page without one.
const COLOURS = {
  paper: ["--surface-sunken", "#edece5"],
  surface: ["--surface", "#fffefb"],
  ink: ["--ink", "#14201f"],
  territory: ["--primary-soft", "#deecea"],
  border: ["--primary", "#0f4c4a"],
  danger: ["--danger", "#a5121b"],
  none: ["--ink-muted", "#4a5856"],
  A: ["--band-a", "#1d7a4f"], onA: ["--on-band-a", "#fff"],
  B: ["--band-b", "#b7791f"], onB: ["--on-band-b", "#fff"],
  C: ["--band-c", "#c2410c"], onC: ["--on-band-c", "#fff"],
  D: ["--band-d", "#9f1239"], onD: ["--on-band-d", "#fff"],
};

const NOTHING = { type: "FeatureCollection", features: [] };

let library;
function loadLibrary() {
  library ??= import(LIBRARY_URL).then((maplibre) => {
    maplibre.setWorkerUrl(new URL(WORKER_URL, location.origin).href);
    return maplibre;
  });
  return library;
}

class CaseMap extends HTMLElement {
  #data = null;
  #map = null;
  #popup = null;
  #maplibre = null;
  #fitted = false;
  #generation = 0;
  #children = null;
  #media = [];
  #parts = null;
  #restyle = () => this.#map?.setStyle(this.#style(), { diff: false });

  connectedCallback() {
    this.#parts ??= this.#build();
    this.#data ??= this.#readChild();
    this.#children = new MutationObserver(() => {
      const data = this.#readChild();
      if (data) this.data = data;
    });
    this.#children.observe(this, { childList: true, subtree: true, characterData: true });
    this.#media = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((query) => matchMedia(query));
    for (const media of this.#media) media.addEventListener("change", this.#restyle);
    this.#list();
    this.#start(++this.#generation);
  }

  disconnectedCallback() {
    this.#generation++;
    this.#children?.disconnect();
    for (const media of this.#media) media.removeEventListener("change", this.#restyle);
    this.#popup = null;
    this.#map?.remove();
    this.#map = null;
    this.#fitted = false;
  }

  get data() {
    return this.#data;
  }

  set data(data) {
    const tilesBefore = this.#data?.tiles_url;
    this.#data = data;
    if (!this.#parts) return;
    this.#label();
    if (this.#map) {
      if (tilesBefore !== data?.tiles_url) {
        this.#restyle();
      } else {
        this.#map.getSource("cases")?.setData(this.#cases());
        this.#map.getSource("territories")?.setData(data?.territories ?? NOTHING);
      }
      if (!this.#fitted) this.#fit();
    }
    this.#list();
  }

  /** Shows the case on the map and opens its popup. Says whether it is one of those given. */
  select(id) {
    const found = this.#features().find((feature) => feature.properties.id === id);
    if (!found) return false;
    this.#choose(found);
    return true;
  }

  #text(key) {
    return this.#data?.labels?.[key] ?? LABELS[key];
  }

  #readChild() {
    const script = this.querySelector("script.case-map-data");
    if (!script?.textContent.trim()) return null;
    try {
      return JSON.parse(script.textContent);
    } catch (error) {
      console.error("case-map: the data is not JSON", error);
      return null;
    }
  }

  #build() {
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = element("link", { rel: "stylesheet", href: STYLE_URL });
    const styled = new Promise((resolve) => {
      sheet.addEventListener("load", resolve);
      sheet.addEventListener("error", resolve);
    });
    const frame = element("div", { class: "frame" });
    const message = element("p", { class: "message", role: "status", hidden: "" });
    const summary = element("summary");
    const list = element("ul");
    const cut = element("p", { class: "cut", hidden: "" });
    const details = element("details", {}, summary, cut, list);
    const probe = element("span", { class: "probe", "aria-hidden": "true" });
    shadow.append(sheet, frame, message, details, probe);
    list.addEventListener("click", (event) => {
      const id = event.target.closest("button")?.dataset.id;
      const found = this.#features().find((feature) => String(feature.properties.id) === id);
      if (found) this.#choose(found);
    });
    return { frame, message, summary, list, cut, details, probe, styled };
  }

  async #start(generation) {
    const { frame, styled } = this.#parts;
    let maplibre;
    try {
      [maplibre] = await Promise.all([loadLibrary(), styled]);
      if (generation !== this.#generation) return;
      this.#maplibre = maplibre;
      this.#map = this.#create(maplibre, frame);
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    }
  }

  #create(maplibre, container) {
    const map = new maplibre.Map({
      container,
      style: this.#style(),
      bounds: this.#bounds(),
      fitBoundsOptions: { padding: 48, maxZoom: 16 },
      maxZoom: ZOOM_MAX,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      // Where a finger scrolls the page, one finger must not get caught in the map.
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: {
        "Map.Title": this.#text("map"),
        "Popup.Close": this.#text("close"),
        "NavigationControl.ZoomIn": this.#text("zoom_in"),
        "NavigationControl.ZoomOut": this.#text("zoom_out"),
        "AttributionControl.ToggleAttribution": this.#text("toggle_attribution"),
        "CooperativeGesturesHandler.WindowsHelpText": this.#text("zoom_with_ctrl"),
        "CooperativeGesturesHandler.MacHelpText": this.#text("zoom_with_cmd"),
        "CooperativeGesturesHandler.MobileHelpText": this.#text("pan_with_two_fingers"),
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
    if (this.#data?.tiles_url) map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-right");
    map.setMissingStyleImageResolver((id) => {
      const image = this.#draw(id);
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: ICON_SCALE });
    });
    this.#fitted = this.#features().length > 0;
    map.on("load", () => {
      this.dataset.state = "ready";
      this.#list();
    });
    map.on("moveend", () => this.#list());
    map.on("error", ({ error }) => console.warn("case-map", error?.message));
    map.on("webglcontextlost", () => this.#list());
    for (const layer of ["clusters", "cases"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
    map.on("click", (event) => this.#click(event));
    return map;
  }

  #fail(error) {
    console.warn("case-map", error);
    this.dataset.state = "unavailable";
    this.#map = null;
    this.#parts.frame.hidden = true;
    this.#parts.details.open = true;
    this.#label();
    this.#list();
  }

  async #click(event) {
    const map = this.#map;
    const clusters = map.queryRenderedFeatures(event.point, { layers: ["clusters"] });
    if (clusters.length > 0) {
      const [cluster] = clusters;
      const zoom = await map.getSource("cases").getClusterExpansionZoom(cluster.properties.cluster_id);
      if (this.#map === map) map.easeTo({ center: cluster.geometry.coordinates, zoom: zoom + 0.2, ...unhurried() });
      return;
    }
    const ids = new Set(map.queryRenderedFeatures(event.point, { layers: ["cases"] }).map((feature) => feature.properties.id));
    const chosen = this.#features().filter((feature) => ids.has(feature.properties.id));
    if (chosen.length === 1) this.#choose(chosen[0], false);
    else if (chosen.length > 1) this.#open(chosen);
  }

  #choose(feature, move = true) {
    const { id, href } = feature.properties;
    const proceed = this.dispatchEvent(new CustomEvent("case-select", { detail: { id }, bubbles: true, composed: true, cancelable: true }));
    if (!proceed) return;
    if (!this.#map) {
      if (href) location.assign(href);
      return;
    }
    if (move) this.#map.easeTo({ center: feature.geometry.coordinates, zoom: Math.max(this.#map.getZoom(), CASE_ZOOM_MIN), ...unhurried() });
    this.#open([feature]);
  }

  #open(features) {
    const content = element("div", { class: "cases" });
    if (features.length > 1) content.append(element("p", {}, `${features.length} ${this.#text("several")}`));
    for (const feature of features.slice(0, LIST_LENGTH_MAX)) {
      const { number, address, href, state } = feature.properties;
      const name = `${this.#text("case")} ${number}`;
      content.append(element("article", {},
        element("p", { class: "title" }, this.#mark(feature), " ", href ? element("a", { href }, name) : element("strong", {}, name)),
        element("p", {}, address ?? this.#text("no_address")),
        element("p", { class: "note" }, [this.#describe(feature), state].filter(Boolean).join(" · ")),
      ));
    }
    this.#popup?.remove();
    this.#popup = new this.#maplibre.Popup({ maxWidth: "20rem", offset: 18 })
      .setLngLat(features[0].geometry.coordinates)
      .setDOMContent(content)
      .addTo(this.#map);
  }

  #describe({ properties: { band, danger } }) {
    return [BANDS.includes(band) ? `${this.#text("band")} ${band}` : this.#text("no_band"), danger && this.#text("danger")].filter(Boolean).join(" · ");
  }

  // The same chip as on the map. What it means is written beside it.
  #mark({ properties: { band, danger } }) {
    const letter = BANDS.includes(band) ? band : "–";
    return element("span", { class: "mark", "data-band": letter, "data-danger": danger ? "true" : "false", "aria-hidden": "true" }, letter);
  }

  #label() {
    const { frame, message } = this.#parts;
    const failed = this.dataset.state === "unavailable";
    frame.setAttribute("aria-label", this.#text("map"));
    message.hidden = !failed;
    message.textContent = failed ? this.#text("unavailable") : "";
  }

  // The keyboard's and the screen reader's way to what the canvas shows: the same cases, the gravest first.
  #list() {
    const { summary, list, cut, details } = this.#parts;
    const bounds = this.#map?.loaded() || this.#map?.isStyleLoaded() ? this.#map.getBounds() : null;
    const visible = this.#features().filter((feature) => !bounds || bounds.contains(feature.geometry.coordinates)).sort((a, b) => gravity(b) - gravity(a));
    const text = `${this.#text(this.#map ? "list" : "list_all")} (${visible.length})`;
    if (summary.textContent !== text) summary.textContent = text;
    // Without a map there is no zooming in: the list is all there is.
    const rows = this.dataset.state === "unavailable" ? visible : visible.slice(0, LIST_LENGTH_MAX);
    cut.hidden = visible.length > 0 && visible.length === rows.length;
    cut.textContent = visible.length === 0 ? this.#text("empty") : this.#text("list_cut").replace("{n}", LIST_LENGTH_MAX);
    // Rebuilding under the focus would throw a keyboard user out of the list at each movement of the map.
    const focused = this.shadowRoot.activeElement?.dataset?.id;
    list.replaceChildren(...rows.map((feature) => element("li", {}, element("button", { type: "button", "data-id": String(feature.properties.id) },
      this.#mark(feature), " ",
      element("span", {}, `${this.#text("case")} ${feature.properties.number}`, element("small", {}, `${feature.properties.address ?? this.#text("no_address")} · ${this.#describe(feature)}`)),
    ))));
    if (focused && details.open) list.querySelector(`button[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #features() {
    return (this.#data?.cases?.features ?? []).filter((feature) => feature.geometry?.type === "Point");
  }

  #cases() {
    return {
      type: "FeatureCollection",
      features: this.#features().map(({ geometry, properties }) => ({
        type: "Feature",
        geometry,
        properties: { id: properties.id, band: BANDS.includes(properties.band) ? properties.band : "–", rank: rank(properties.band), danger: properties.danger ? 1 : 0 },
      })),
    };
  }

  #bounds() {
    const corners = this.#features().map((feature) => feature.geometry.coordinates);
    if (corners.length === 0) eachPosition(this.#data?.territories ?? NOTHING, (position) => corners.push(position));
    if (corners.length === 0) return HOME_BOUNDS;
    const [west, south] = [0, 1].map((axis) => corners.reduce((least, corner) => Math.min(least, corner[axis]), Infinity));
    const [east, north] = [0, 1].map((axis) => corners.reduce((most, corner) => Math.max(most, corner[axis]), -Infinity));
    return [[west, south], [east, north]];
  }

  #fit() {
    this.#fitted = this.#features().length > 0;
    this.#map.fitBounds(this.#bounds(), { padding: 48, maxZoom: 16, ...unhurried() });
  }

  #style() {
    const colours = this.#colours();
    this.#drawing = colours;
    const tiles = this.#data?.tiles_url;
    return {
      version: 8,
      sources: {
        ...(tiles && { tiles: { type: "raster", tiles: [tiles], tileSize: 256, maxzoom: ZOOM_MAX, attribution: this.#text("tiles_attribution") } }),
        territories: { type: "geojson", data: this.#data?.territories ?? NOTHING },
        cases: {
          type: "geojson",
          data: this.#cases(),
          cluster: true,
          clusterRadius: 44,
          clusterMaxZoom: CLUSTER_ZOOM_MAX,
          clusterProperties: { rank: ["max", ["get", "rank"]], danger: ["max", ["get", "danger"]] },
        },
      },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": colours.paper } },
        ...(tiles ? [{ id: "tiles", type: "raster", source: "tiles", paint: { "raster-saturation": -0.6, "raster-brightness-max": isDark(colours.paper) ? 0.55 : 1 } }] : []),
        { id: "territories-fill", type: "fill", source: "territories", paint: { "fill-color": colours.territory, "fill-opacity": tiles ? 0.25 : 1 } },
        { id: "territories-line", type: "line", source: "territories", paint: { "line-color": colours.border, "line-width": 1.5, "line-opacity": 0.7 } },
        {
          id: "clusters", type: "symbol", source: "cases", filter: ["has", "point_count"],
          layout: {
            "icon-image": ["concat", "cluster|", ["to-string", ["get", "point_count"]], "|", ["to-string", ["get", "rank"]], "|", ["to-string", ["get", "danger"]]],
            "icon-allow-overlap": true,
            "symbol-sort-key": ["+", ["get", "rank"], ["*", 10, ["get", "danger"]]],
          },
        },
        {
          id: "cases", type: "symbol", source: "cases", filter: ["!", ["has", "point_count"]],
          layout: {
            "icon-image": ["concat", "case|", ["get", "band"], "|", ["to-string", ["get", "danger"]]],
            "icon-allow-overlap": true,
            "symbol-sort-key": ["+", ["get", "rank"], ["*", 10, ["get", "danger"]]],
          },
        },
      ],
    };
  }

  #drawing = null;

  #draw(id) {
    const [kind, what, third, fourth] = id.split("|");
    const colours = this.#drawing;
    // Band colours are dark enough for white text: on a dark map, what is around them must be light.
    const [light, dark] = isDark(colours.paper) ? [colours.ink, colours.surface] : [colours.surface, colours.ink];
    if (kind === "case") {
      const fill = colours[what] ?? colours.none;
      return disc({ radius: 13, fill, edge: light, text: what, textColour: colours["on" + what] ?? colours.surface, ring: third === "1" ? colours.danger : null });
    }
    if (kind === "cluster") {
      const count = Number(what);
      const band = colours[BANDS[Number(third) - 1]] ?? colours.none;
      const text = count < 1000 ? String(count) : `${Math.floor(count / 1000)}k`;
      return disc({ radius: 15 + 2.5 * Math.min(text.length, 3), fill: light, edge: band, edgeWidth: 5, halo: light, text, textColour: dark, ring: fourth === "1" ? colours.danger : null });
    }
    return null;
  }

  // Tokens may be `light-dark(…)` or any notation: the browser resolves them, a pixel reads them back.
  #colours() {
    const { probe } = this.#parts;
    const pixel = element("canvas", { width: "1", height: "1" }).getContext("2d", { willReadFrequently: true });
    return Object.fromEntries(Object.entries(COLOURS).map(([name, [token, fallback]]) => {
      probe.style.color = `var(${token}, ${fallback})`;
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = getComputedStyle(probe).color;
      pixel.fillRect(0, 0, 1, 1);
      const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
      return [name, `rgb(${red},${green},${blue})`];
    }));
  }
}

// Icons are drawn three times finer than a CSS pixel, which stays sharp on phones.
const ICON_SCALE = 3;

/** A disc with a text in it; with `ring`, a second circle around it, apart from it, so that danger shows without colour too. */
function disc({ radius, fill, edge, edgeWidth = 2, halo, text, textColour, ring }) {
  const ringWidth = 3;
  const half = Math.ceil(radius + edgeWidth / 2 + (ring ? 2 + ringWidth : 0)) + 1;
  const size = 2 * half * ICON_SCALE;
  const pen = element("canvas", { width: String(size), height: String(size) }).getContext("2d", { willReadFrequently: true });
  pen.scale(ICON_SCALE, ICON_SCALE);
  pen.translate(half, half);
  const circle = (r) => {
    pen.beginPath();
    pen.arc(0, 0, r, 0, 2 * Math.PI);
  };
  if (ring) {
    circle(radius + edgeWidth / 2 + 2 + ringWidth / 2);
    pen.strokeStyle = ring;
    pen.lineWidth = ringWidth;
    pen.stroke();
  }
  if (halo) {
    circle(radius + edgeWidth / 2 + 1);
    pen.fillStyle = halo;
    pen.fill();
  }
  circle(radius);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = edge;
  pen.lineWidth = edgeWidth;
  pen.stroke();
  pen.fillStyle = textColour;
  pen.font = "700 15px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  const { actualBoundingBoxAscent: ascent, actualBoundingBoxDescent: descent } = pen.measureText(text);
  pen.fillText(text, 0, (ascent - descent) / 2);
  return pen.getImageData(0, 0, size, size);
}

function rank(band) {
  return BANDS.indexOf(band) + 1;
}

function gravity({ properties: { band, danger } }) {
  return rank(band) + (danger ? 10 : 0);
}

function isDark(colour) {
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue < 110;
}

function unhurried() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? { duration: 0 } : { duration: 450 };
}

function eachPosition(collection, visit) {
  const walk = (coordinates) => (typeof coordinates[0] === "number" ? visit(coordinates) : coordinates.forEach(walk));
  for (const { geometry } of collection.features ?? []) if (geometry?.coordinates) walk(geometry.coordinates);
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

if (!customElements.get("case-map")) customElements.define("case-map", CaseMap);
