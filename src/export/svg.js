// Zoom, search and details of a flame graph. Text from the profile is only ever read from <title>
// and set as textContent; it never becomes markup or script.
"use strict";
(function () {
    const PAD = 10, TEXT_PAD = 4, GAP = 3;
    let svg, frames, byNode, details, matched, reset, search, width, nameType, lightText, textPx;
    let zoomed = null, pattern = "";
    const measure = (function () {
        let context = null;
        const widths = new Map();
        return function (char) {
            if (!context) {
                const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas");
                context = canvas.getContext("2d");
                context.font = textPx + "px 'DejaVu Sans',Verdana,sans-serif";
            }
            let w = widths.get(char);
            if (w === undefined)
                widths.set(char, w = context.measureText(char).width);
            return w;
        };
    })();

    // What of the name fits `room` pixels, with an ellipsis where it is cut.
    function fit(name, room) {
        const chars = Array.from(name.slice(0, 4096)), dots = measure("…");
        let x = 0, kept = 0;
        for (let i = 0; i < chars.length; i++) {
            x += measure(chars[i]);
            if (x > room)
                return kept >= 3 ? chars.slice(0, kept).join("") + "…" : "";
            if (x + dots <= room)
                kept = i + 1;
        }
        return name;
    }

    function place(f, x, w) {
        f.rect.setAttribute("x", x);
        f.rect.setAttribute("width", w);
        f.g.classList.toggle("w", w > GAP && !f.block);
        const label = f.block || !textPx ? "" : fit(f.name, w - 2 * TEXT_PAD);
        if (!label) {
            if (f.text)
                f.text.textContent = "";
            return;
        }
        if (!f.text) {
            f.text = document.createElementNS("http://www.w3.org/2000/svg", "text");
            f.text.setAttribute("y", f.y + f.height / 2 + 0.375 * textPx);
            if (isDark(f.rect.getAttribute("fill")))
                f.text.setAttribute("fill", lightText);
            f.g.appendChild(f.text);
        }
        f.text.setAttribute("x", x + TEXT_PAD);
        f.text.textContent = label;
    }

    // Relative luminance (WCAG 2.1) below which light text has the better contrast.
    function isDark(fill) {
        const linear = i => {
            const v = parseInt(fill.slice(i, i + 2), 16) / 255;
            return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5) < 0.179;
    }

    // Shows `target` at the full width, what is under it in its scale, and what it came from dimmed.
    function zoom(target) {
        const all = target === frames[0];
        zoomed = all ? null : target;
        const scale = (width - 2 * PAD) / target.w, end = target.x + target.w;
        const slack = target.w * 1e-4;
        for (const f of frames) {
            const above = f.row < target.row;
            const here = f.side * target.side >= 0; // of a sandwich: in the same half
            const inside = !here ? false : above ? f.x <= target.x + slack && f.x + f.w >= end - slack
                                 : f.x >= target.x - slack && f.x + f.w <= end + slack;
            f.g.classList.toggle("hide", !inside);
            f.g.classList.toggle("above", inside && above);
            if (inside && above)
                place(f, PAD, width - 2 * PAD);
            else if (inside)
                place(f, PAD + (f.x - target.x) * scale, f.w * scale);
        }
        reset.classList.toggle("hide", all);
        remember();
    }

    // The share of the root that matches; frames below a match are part of it already. Of the two
    // halves of a sandwich the larger one counts: they show the same samples.
    function matchedShare() {
        return Math.max(sideShare(-1), sideShare(1));
    }

    function sideShare(side) {
        const found = frames.filter(f => f.match && f.side * side >= 0).sort((a, b) => a.x - b.x || b.w - a.w);
        let sum = 0, until = -1;
        for (const f of found) {
            const from = Math.max(f.x, until), to = f.x + f.w;
            if (to > from)
                sum += to - from;
            until = Math.max(until, to);
        }
        return sum / frames[0].w;
    }

    function find(term) {
        let test = null;
        if (term) {
            try {
                test = new RegExp(term);
            } catch (e) {
                matched.textContent = "Not a regular expression";
                return;
            }
        }
        pattern = term;
        for (const f of frames) {
            f.match = test !== null && !f.block && test.test(f.name);
            f.g.classList.toggle("match", f.match);
        }
        const percent = test ? matchedShare() * 100 : 0;
        matched.textContent = test ? "Matched: " + percent.toFixed(percent < 1 ? 3 : 1) + "%" : " ";
        search.textContent = test ? "Reset Search" : "Search";
        remember();
    }

    function ask() {
        const term = window.prompt("Search for a name (regular expressions are allowed)", pattern);
        if (term !== null)
            find(term);
    }

    // Zoom and search in the address, so that it can be sent to somebody.
    function remember() {
        const q = new URLSearchParams();
        if (zoomed) {
            q.set("x", zoomed.rect0);
            q.set("y", zoomed.y);
        }
        if (pattern)
            q.set("s", pattern);
        const text = q.toString();
        try {
            window.history.replaceState(null, "", text ? "?" + text : window.location.pathname);
        } catch (e) {
            // Not allowed where the picture is embedded; nothing depends on it.
        }
    }

    function recall() {
        const q = new URLSearchParams(window.location.search);
        const x = q.get("x"), y = q.get("y"), s = q.get("s");
        const target = frames.find(f => !f.block && f.rect0 === x && String(f.y) === y);
        if (s)
            find(s);
        if (target)
            zoom(target);
    }

    function frameOf(event) {
        const g = event.target.closest ? event.target.closest("g.f > g") : null;
        return g ? byNode.get(g) : null;
    }

    function load() {
        svg = document.documentElement;
        const graph = svg.querySelector("g.f");
        const byId = id => svg.querySelector("#" + id);
        details = byId("details");
        matched = byId("matched");
        reset = byId("reset");
        search = byId("search");
        width = svg.viewBox.baseVal.width;
        nameType = graph.dataset.nameType;
        lightText = graph.dataset.lightText;
        textPx = parseFloat(graph.dataset.textPx);
        frames = Array.from(graph.children, g => {
            const rect = g.querySelector("rect"), text = g.querySelector("text");
            const number = a => parseFloat(rect.getAttribute(a));
            const title = g.querySelector("title").textContent;
            const parts = /^([^]*) \(\d[^]*\)$/.exec(title);
            return {g, rect, text, title, name: parts ? parts[1] : title, rect0: rect.getAttribute("x"),
                    x: number("x"), y: number("y"), w: number("width"), height: number("height"),
                    block: g.classList.contains("m"), match: false};
        });
        byNode = new Map(frames.map(f => [f.g, f]));
        for (const f of frames) {
            f.row = Math.abs(f.y - frames[0].y);
            f.side = Math.sign(f.y - frames[0].y);
        }
        search.classList.remove("hide");
        graph.addEventListener("mouseover", e => {
            const f = frameOf(e);
            details.textContent = f ? nameType + " " + f.title : " ";
        });
        graph.addEventListener("mouseleave", () => { details.textContent = " "; });
        graph.addEventListener("click", e => {
            const f = frameOf(e);
            if (f && !f.block)
                zoom(f);
        });
        reset.addEventListener("click", () => zoom(frames[0]));
        search.addEventListener("click", () => pattern ? find("") : ask());
        window.addEventListener("keydown", e => {
            if (e.key === "F3" || ((e.ctrlKey || e.metaKey) && e.key === "f")) {
                e.preventDefault();
                ask();
            } else if (e.key === "Escape") {
                zoom(frames[0]);
            }
        });
        recall();
    }
    window.addEventListener("load", load);
})();
