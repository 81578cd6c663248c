// How does gcoord move points? node gcoord_points.js IN OUT FROM TO; doubles lng, lat, lng, lat … in and out.
const { readFileSync, writeFileSync } = require("fs");
const gcoord = require("gcoord");

const [from, to] = process.argv.slice(4).map((name) => gcoord[name]);
const bytes = readFileSync(process.argv[2]);
const points = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const moved = new Float64Array(points.length);
const start = process.cpuUsage();
for (let at = 0; at < points.length; at += 2) {
  [moved[at], moved[at + 1]] = gcoord.transform([points[at], points[at + 1]], from, to);
}
const used = process.cpuUsage(start);
const taken = (used.user + used.system) / 1e6;
writeFileSync(process.argv[3], Buffer.from(moved.buffer));
console.log(taken);
