// Stops on a tile map: nothing is fetched from the map's host before somebody opens it.
const box = document.getElementById("chart");
const L = window.L;

box?.addEventListener("toggle", draw);

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

function draw() {
  if (!box.open) return;
  box.removeEventListener("toggle", draw);
  const { service, marks } = JSON.parse(box.dataset.chart);
  const map = L.map(box.querySelector(".chart"), { attributionControl: false, maxZoom: 18 });
  // The law wants the number of approval at the bottom left.
  L.control.attribution({ position: "bottomleft", prefix: false })
    .addAttribution(`${escaped(box.dataset.approval)} ${escaped(service.credit)}`)
    .addTo(map);
  // Keys of such services are bound to the school's host name: that much, and no page, is told.
  for (const template of service.templates) {
    L.tileLayer(template, { maxZoom: 18, referrerPolicy: "strict-origin" })
      .on("tileerror", () => (box.querySelector("[data-failed]").hidden = false))
      .addTo(map);
  }
  const points = marks.map((mark) => [mark.latitude, mark.longitude]);
  L.polyline(points, { color: "#a61b1b", weight: 3, dashArray: "6 6" }).addTo(map);
  for (const mark of marks) {
    const icon = L.divIcon({ className: "chart-mark", html: String(mark.position), iconSize: [26, 26] });
    L.marker([mark.latitude, mark.longitude], { icon, alt: mark.name, title: mark.name })
      .bindTooltip(escaped(mark.name), { permanent: true, direction: "right", offset: [12, 0] })
      .addTo(map);
  }
  map.fitBounds(points, { padding: [40, 40], maxZoom: 15 });
}
