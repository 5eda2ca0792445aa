// node bench/speedscope_import.js SPEEDSCOPE_PACKAGE FILE: what speedscope's page does with a folded
// file before it draws, without a page: its importer for collapsed stacks, from the bundle of the npm
// package "speedscope", on the file's text. Prints the total weight that it found.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [dir, file] = process.argv.slice(2);
const release = path.join(dir, "dist", "release");
const bundle = fs.readdirSync(release).find((name) => /^speedscope-.*\.js$/.test(name));
let code = fs.readFileSync(path.join(release, bundle), "utf8");

// The importer's name in this bundle, and the object that gives it lines.
const found = /\("Importing as collapsed stack format"\),\w+\((\w+)\(\w+\)\)/.exec(code);
if (!found) throw new Error("this release of speedscope is not known");
code = code.replace('"use strict";(()=>{', `"use strict";(()=>{globalThis.importer=(t)=>${found[1]}(t);`);

// The page that the rest of the bundle wants to set up: everything is there, and nothing happens.
const nothing = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : nothing),
  apply: () => nothing,
  construct: () => nothing,
  set: () => true,
  has: () => true,
});
const page = { document: nothing, navigator: { userAgent: "", platform: "" }, location: nothing,
  localStorage: nothing, history: nothing, requestAnimationFrame: () => 0, addEventListener() {},
  matchMedia: () => nothing, setTimeout, clearTimeout, TextDecoder, URL, performance,
  console: { log() {}, warn() {}, error() {} }, devicePixelRatio: 1, Node: function () {} };
page.window = page.self = page.globalThis = page;
vm.createContext(page);
try {
  vm.runInContext(code, page);
} catch (e) {
  if (!page.importer) throw e;
}

const lines = function* (text) {
  for (let at = 0; at < text.length; ) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    yield text.substring(at, end);
    at = end + 1;
  }
};
const text = fs.readFileSync(file, "latin1");
const profile = page.importer({ splitLines: () => lines(text), firstChunk: () => text.slice(0, 65536) });
fs.writeSync(1, `${profile.getTotalWeight()}\n`);
process.exit(0); // what the page has left to do is of no interest
