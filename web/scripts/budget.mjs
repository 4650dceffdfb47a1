// The candidate's page must open on a slow phone: HTML, CSS and JavaScript together stay within a budget, compressed
// as a server would send them. Run after the build; exits with 1 when over.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const BUDGET = 45_000;
const dist = fileURLToPath(new URL("../dist", import.meta.url));

const page = readFileSync(join(dist, "candidate.html"), "utf8");
const files = ["/candidate.html", ...[...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1])];
const sizes = files.map((file) => ({ file, bytes: brotliCompressSync(readFileSync(join(dist, file))).length }));
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);

for (const { file, bytes } of sizes) console.log(`${String(bytes).padStart(7)} B  ${file}`);
console.log(`${String(total).padStart(7)} B  in all, brotli; budget ${BUDGET} B`);
if (files.length < 3) {
  console.error("The page names no script or no style sheet: the measure would mean nothing.");
  process.exit(1);
}
if (total > BUDGET) {
  console.error(`The candidate's page is ${total - BUDGET} bytes over its budget.`);
  process.exit(1);
}
